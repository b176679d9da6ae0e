using System.Text.Json;
using Npgsql;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Command;

/// <summary>Starts of <c>tessera up</c> on a folder and ports of a test's own.</summary>
public sealed class Runs : IAsyncDisposable
{
    private readonly List<TesseraProcess> _started = [];

    public string Folder { get; } = Demo.NewFolder();

    public int Port { get; } = Ports.NextBase();

    public Visitor Visitor { get; } = new();

    public string DemoText => File.ReadAllText(Path.Combine(Folder, "demo.json"));

    public TesseraProcess Begin(params string[] more)
    {
        var process = TesseraProcess.Start(["up", "--data", Folder, "--port", $"{Port}", .. more]);
        _started.Add(process);
        return process;
    }

    public async Task<TesseraProcess> ReadyAsync(params string[] more)
    {
        var process = Begin(more);
        await process.ReadyAsync();
        return process;
    }

    /// <summary>All the directory tells of its tenants, in order of age.</summary>
    public async Task<List<JsonElement>> TenantsAsync()
    {
        var demo = DemoFile.Read(Folder);
        return await new AdminApi(Visitor, demo.AdminApi, demo.AdminKey).AllAsync("/tenants", "tenants");
    }

    /// <summary>Fails unless Ada signs in at each of her tenants.</summary>
    public async Task AdaSignsInAsync()
    {
        var demo = DemoFile.Read(Folder);
        foreach (var tenant in demo.Tenants.Where(tenant => tenant.Pattern != "shared"))
        {
            var tokens = await Visitor.TokensAsync(demo, tenant.Slug);
            Assert.Equal(demo.User(tenant.Slug).Sub, TokenSet.Claims(tokens.Access).GetProperty("sub").GetString());
            Assert.Equal(tenant.TenantId, TokenSet.Claims(tokens.Access).GetProperty("tenant_id").GetString());
        }
    }

    /// <summary>The rows of Orders, by tenant; each has those of the demo once.</summary>
    public async Task<int> OrdersAsync(string slug)
    {
        var demo = DemoFile.Read(Folder);
        var tokens = await Visitor.TokensAsync(demo, slug);
        using var response = await Visitor.GetAsync($"{demo.OrdersApi}/orders", bearer: tokens.Access);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {text}");
        var orders = JsonDocument.Parse(text).RootElement;
        return (orders.ValueKind == JsonValueKind.Array ? orders : orders.GetProperty("orders")).GetArrayLength();
    }

    /// <summary>Processes that work in the folder: ours, and its private PostgreSQL.</summary>
    public IReadOnlyList<string> Processes() =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(CommandLine).OfType<string>().Where(line => line.Contains(Folder, StringComparison.Ordinal)),
    ];

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            await process.DisposeAsync();
        }

        Visitor.Dispose();
        NpgsqlConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
    }

    private static string? CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // Ended in between, or no process at all.
        }
    }
}

/// <summary>One start after another, so that their ports and the machine are theirs.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class CommandCollection
{
    public const string Name = "the command";
}
