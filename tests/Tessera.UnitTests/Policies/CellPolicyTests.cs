using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Cell.Policies;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Policies;
using Tessera.UnitTests.Cell;
using Tessera.UnitTests.ControlPlane;
using Tessera.UnitTests.Moves;

namespace Tessera.UnitTests.Policies;

/// <summary>What the platform rules, as a cell applies it.</summary>
public sealed class CellPolicyTests
{
    [Fact]
    public void A_page_that_is_sent_again_loosens_nothing()
    {
        var policy = new CellPolicy();
        Assert.True(policy.Take(new PolicyPage(7, new PolicyRules(PasswordMinLength: 14))));
        Assert.False(policy.Take(new PolicyPage(7, new PolicyRules())));
        Assert.False(policy.Take(new PolicyPage(3, new PolicyRules())));
        Assert.Equal((7L, new PolicyValue(14, PolicyLayer.Platform)), (policy.Revision, policy.Effective.PasswordMinLength));
        Assert.Equal(new PolicyValue(720, PolicyLayer.BuiltIn), policy.Effective.SessionMinutes);
    }

    [Fact]
    public void Another_key_rules_nothing()
    {
        using var other = IdentityKey.Create();
        using var directory = IdentityKey.Create();
        var page = new PolicyPage(1, new PolicyRules(SessionMinutes: 5));
        Assert.Equal(page, PolicyPage.Open(page.Sign(directory), directory.Public));
        Assert.Null(PolicyPage.Open(page.Sign(other), directory.Public));
    }

    [Fact]
    public async Task Sessions_end_with_the_minutes_the_platform_gives_those_that_were_there_included()
    {
        await using var cell = await CellHost.StartAsync();
        var acme = await cell.AddTenantAsync("acme");
        await acme.AddAccountAsync("ada@example.com", "correct horse");
        var before = await acme.SignInAsync("ada@example.com", "correct horse");
        Assert.True(cell.Services.GetRequiredService<CellPolicy>().Take(new PolicyPage(1, new PolicyRules(SessionMinutes: 30))));
        var after = await acme.SignInAsync("ada@example.com", "correct horse");

        cell.Time.Forward(TimeSpan.FromMinutes(29));
        Assert.NotNull(await acme.CodeAsync(before!));
        cell.Time.Forward(TimeSpan.FromMinutes(2));
        Assert.Null(await acme.CodeAsync(before!));
        Assert.Null(await acme.CodeAsync(after!));
    }

    [Fact]
    public async Task A_running_cell_follows_and_a_start_without_the_directory_forgets_nothing()
    {
        await using var control = await ControlHost.StartAsync(Stores.Sqlite);
        await using var cell = await RunningCell.JoinAsync(control, "eu-1", "eu-central-1", Stores.Sqlite);
        var tenant = await control.TenantAsync("acme");
        Assert.Equal(HttpStatusCode.Created, (await AddUserAsync("first", "12345678")).Status);
        var ruled = await control.SendAsync(HttpMethod.Put, "/policy", new { password_min_length = 12 });
        await ControlHost.EventuallyAsync(() => Task.FromResult(cell.Get<CellPolicy>().Revision == (long)ruled.Body!["revision"]!));

        var refused = await AddUserAsync("second", "12345678901");
        Assert.Equal((HttpStatusCode.BadRequest, "password_too_short"), (refused.Status, refused.Code));
        Assert.Contains("12 characters", (string)refused.Body!["detail"]!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, (await AddUserAsync("second", "123456789012")).Status);

        await control.App.StopAsync();
        await cell.RestartAsync();
        Assert.Equal(12, cell.Get<CellPolicy>().Effective.PasswordMinLength.Value);

        // Whoever can write the folder and not sign rules nothing.
        using var other = IdentityKey.Create();
        await File.WriteAllTextAsync(Path.Combine(cell.Folder, "policy.jws"), new PolicyPage(99, new PolicyRules(PasswordMinLength: 8)).Sign(other));
        await cell.RestartAsync();
        Assert.Equal((0L, 8), (cell.Get<CellPolicy>().Revision, cell.Get<CellPolicy>().Effective.PasswordMinLength.Value));

        Task<Answer> AddUserAsync(string name, string password) =>
            control.SendAsync(HttpMethod.Post, $"/tenants/{tenant}/users", new { username = name, password });
    }
}
