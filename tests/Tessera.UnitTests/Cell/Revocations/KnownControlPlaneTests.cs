using System.Text.Json;
using Tessera.Cell;
using Tessera.Cell.Joining;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Wire;
using Tessera.UnitTests.Feed;

namespace Tessera.UnitTests.Cell.Revocations;

/// <summary>A cell that did not know whom to tell would leave its ended sessions' tokens good.</summary>
public sealed class KnownControlPlaneTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    [Fact]
    public async Task A_cell_starts_only_if_it_knows_where_its_control_plane_is_and_keeps_what_it_was_told()
    {
        Assert.True(CellId.TryParse("eu-1", out var cell));
        using var control = IdentityKey.Create();
        var file = Path.Combine(_data.Path, "membership.json");
        await File.WriteAllTextAsync(
            file, JsonSerializer.Serialize(new JoinResponse(cell, "eu-central-1", control.Public), WireJson.Default.JoinResponse), TestContext.Current.CancellationToken);

        var fault = await Assert.ThrowsAsync<CellStartException>(() => StartAsync());
        Assert.Contains("Cell:ControlPlane", fault.Message, StringComparison.Ordinal);
        await StartAsync("--Cell:ControlPlane=http://127.0.0.1:8401");
        await StartAsync();
        await StartAsync("--Cell:ControlPlane=http://127.0.0.1:9401");
        Assert.Equal("http://127.0.0.1:9401", (await KeptMembership.ReadAsync(file, TestContext.Current.CancellationToken))!.ControlPlane);
    }

    public void Dispose() => _data.Dispose();

    private async Task StartAsync(params string[] more)
    {
        await using var app = CellApp.Build(
        [
            "--Cell:Id=eu-1", $"--Cell:Listen=http://127.0.0.1:{FreePort.Next()}", $"--Cell:Data={_data.Path}", $"--Cell:AuthHost={CellHost.AuthHost}", .. more,
        ]);
        await app.StartAsync(TestContext.Current.CancellationToken);
        await app.StopAsync(TestContext.Current.CancellationToken);
    }
}
