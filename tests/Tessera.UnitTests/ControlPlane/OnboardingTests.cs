using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Keys;
using Tessera.ControlPlane.Onboarding;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;

namespace Tessera.UnitTests.ControlPlane;

public sealed class OnboardingTests
{
    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_tenant_is_onboarded_in_one_call(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();

        var answer = await control.OnboardAsync("acme");

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        var tenant = answer.Body!["tenant"]!;
        var realm = (string)tenant["realm"]!;
        Assert.Equal("active", (string?)tenant["state"]);
        Assert.Equal("acme.localhost:8400", (string?)tenant["sign_in_host"]);
        Assert.Equal($"http://localhost:8400/{realm}", (string?)tenant["issuer"]);
        Assert.Equal("eu-central-1", (string?)tenant["region"]);
        Assert.Equal(TenantState.Active, cell.Realms[realm].State);
        var clientId = (string)answer.Body["client"]!["client_id"]!;
        Assert.Equal(GeneratedSecret.HashOf((string)answer.Body["client"]!["client_secret"]!), cell.Clients[clientId].SecretHash);
        Assert.Single(cell.Accounts.Values);
        Assert.Equal(tenant.ToJsonString(), (await control.GetAsync("/tenants?slug=acme")).Body!["tenants"]![0]!.ToJsonString());
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Hybrid_tenants_share_a_pool_and_a_dedicated_one_does_not(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await control.JoinAsync();

        var pools = new List<string>();
        foreach (var (slug, pattern) in new[] { ("acme", "hybrid"), ("globex", "hybrid"), ("umbrella", "dedicated") })
        {
            pools.Add((string)(await control.OnboardAsync(slug, pattern)).Body!["tenant"]!["pool"]!);
        }

        Assert.Equal(pools[0], pools[1]);
        Assert.NotEqual(pools[0], pools[2]);
        Assert.Equal(2, (await control.FeedAsync()).Pools.Count);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Of_50_racing_claims_of_one_slug_one_wins(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => control.OnboardAsync("acme")));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.Equal(49, answers.Count(answer => answer.Status == HttpStatusCode.Conflict && answer.Code == "slug_taken"));
        Assert.Single(cell.Realms);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_taken_host_or_email_domain_is_refused_and_claims_nothing(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await control.JoinAsync();
        var first = ControlHost.Onboarding("acme");
        first["host"] = "Login.Acme.example:443";
        first["email_domains"] = new JsonArray("ACME.example");
        Assert.Equal(HttpStatusCode.Created, (await control.SendAsync(HttpMethod.Post, "/tenants", first)).Status);

        var host = ControlHost.Onboarding("globex");
        host["host"] = "login.acme.example:443";
        var domain = ControlHost.Onboarding("globex");
        domain["email_domains"] = new JsonArray("globex.example", "acme.example");

        Assert.Equal("host_taken", (await control.SendAsync(HttpMethod.Post, "/tenants", host)).Code);
        var refused = await control.SendAsync(HttpMethod.Post, "/tenants", domain);
        Assert.Equal(("email_domain_taken", "email_domains[1]"), (refused.Code, refused.Field));
        Assert.Equal(HttpStatusCode.Created, (await control.OnboardAsync("globex")).Status);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_cell_that_fails_midway_leaves_no_claim_and_is_told_to_remove_the_realm(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        cell.Fault = call => Task.FromResult<int?>(call.StartsWith("POST", StringComparison.Ordinal) ? 500 : null);

        var failed = await control.OnboardAsync("acme");

        Assert.Equal("cell_refused", failed.Code);
        Assert.Contains(cell.Calls, call => call.StartsWith("DELETE /cell/realms/", StringComparison.Ordinal));
        Assert.Empty(cell.Realms);
        cell.Fault = _ => Task.FromResult<int?>(null);
        Assert.Equal(HttpStatusCode.Created, (await control.OnboardAsync("acme")).Status);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task One_whose_cell_takes_too_long_is_undone_at_once(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        var released = new TaskCompletionSource();
        cell.Fault = async call =>
        {
            if (call.Contains("/accounts", StringComparison.Ordinal))
            {
                await released.Task;
            }

            return null;
        };
        await control.RestartAsync(TimeSpan.Zero, hurry: 40);

        var answer = await control.OnboardAsync("acme");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "cell_unreachable"), (answer.Status, answer.Code));
        released.SetResult();
        await Eventually(() => Task.FromResult(cell.Realms.IsEmpty));
        await control.RestartAsync(TimeSpan.Zero);
        Assert.Equal(HttpStatusCode.Created, (await control.OnboardAsync("acme")).Status);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Names_stay_claimed_while_the_cell_cannot_be_told_and_are_free_once_it_was(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        cell.Fault = call => Task.FromResult<int?>(call.Contains("/accounts", StringComparison.Ordinal) || call.StartsWith("DELETE", StringComparison.Ordinal) ? 503 : null);

        Assert.Equal("cell_unreachable", (await control.OnboardAsync("acme")).Code);
        Assert.Equal("slug_taken", (await control.OnboardAsync("acme")).Code);

        cell.Fault = _ => Task.FromResult<int?>(null);
        await control.RestartAsync(TimeSpan.FromSeconds(61));
        await Eventually(() => Task.FromResult(cell.Realms.IsEmpty));
        await Eventually(async () => (await control.OnboardAsync("acme")).Status == HttpStatusCode.Created);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_half_done_onboarding_is_undone_after_a_restart(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        var check = new Check();
        var request = new OnboardingRequest("acme", null, "hybrid", Client: new("c", "public", ["https://a.example/cb"]), Administrator: new("ada", null, null, "correct horse"));
        var plan = OnboardingPlan.Read(check, request, control.Services.GetRequiredService<Issuers>());
        Assert.Null(check.Fault);
        await control.Services.GetRequiredService<Claims>().ClaimAsync(plan, "test", TestContext.Current.CancellationToken);

        await control.RestartAsync(TimeSpan.Zero);
        Assert.Equal("slug_taken", (await control.OnboardAsync("acme")).Code);
        Assert.Empty((await control.FeedAsync()).Tenants);

        await control.RestartAsync(TimeSpan.FromSeconds(61));
        await Eventually(async () => (await control.OnboardAsync("acme")).Status == HttpStatusCode.Created);
        Assert.Contains(cell.Calls, call => call.StartsWith("DELETE /cell/realms/", StringComparison.Ordinal));
        Assert.Single(await control.Services.GetRequiredService<DirectoryStore>().ReadAsync(
            DirectoryScope.All, db => db.Tenants.ToListAsync(), TestContext.Current.CancellationToken));
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Keys_not_signed_by_the_cell_that_joined_are_not_believed(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        cell.Identity = IdentityKey.Create();

        Assert.Equal("cell_not_trusted", (await control.OnboardAsync("acme")).Code);
        Assert.Empty((await control.FeedAsync()).Pools);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Keys_for_another_pool_or_of_another_cell_are_no_answer_however_well_signed(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        Assert.True(CellId.TryParse("us-9", out var other));

        cell.Tells = keys => keys with { PoolId = PoolId.New() };
        Assert.Equal("cell_not_trusted", (await control.OnboardAsync("acme")).Code);
        cell.Tells = keys => keys with { Cell = other };
        Assert.Equal("cell_not_trusted", (await control.OnboardAsync("globex")).Code);
        Assert.Empty((await control.FeedAsync()).Pools);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task The_emptiest_cell_that_fits_is_chosen_and_a_refusal_says_there_is_none(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await control.JoinAsync();
        await control.JoinAsync("us-1", "us-east-1");

        Assert.Equal("eu-1", (string?)(await control.OnboardAsync("acme")).Body!["tenant"]!["cell"]);
        Assert.Equal("us-1", (string?)(await control.OnboardAsync("globex")).Body!["tenant"]!["cell"]);
        var nowhere = ControlHost.Onboarding("initech");
        nowhere["region"] = "ap-south-1";
        Assert.Equal("no_cell_with_room", (await control.SendAsync(HttpMethod.Post, "/tenants", nowhere)).Code);
        var unknown = ControlHost.Onboarding("initech");
        unknown["cell"] = "mars-1";
        Assert.Equal("cell_not_found", (await control.SendAsync(HttpMethod.Post, "/tenants", unknown)).Code);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task What_the_cell_finds_wrong_with_the_administrator_reaches_the_caller(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await control.JoinAsync();
        var request = ControlHost.Onboarding("acme");
        request["administrator"]!["password"] = "password";

        var refused = await control.SendAsync(HttpMethod.Post, "/tenants", request);

        Assert.Equal((HttpStatusCode.BadRequest, "password_known", "administrator.password"), (refused.Status, refused.Code, refused.Field));
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task An_administrator_comes_with_a_password_or_with_the_hash_of_one(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await control.JoinAsync();
        var request = ControlHost.Onboarding("acme");
        request["administrator"]!["password_hash"] = "$pbkdf2-sha512$i=1000$c2FsdHNhbHRzYWx0$qEWuBHP82uzPrybCUpp9FMGVDoszagDwOgBhAY44y2g";
        var both = await control.SendAsync(HttpMethod.Post, "/tenants", request);
        Assert.Equal((HttpStatusCode.BadRequest, "value_invalid", "administrator.password_hash"), (both.Status, both.Code, both.Field));

        request["administrator"]!.AsObject().Remove("password");
        Assert.Equal(HttpStatusCode.Created, (await control.SendAsync(HttpMethod.Post, "/tenants", request)).Status);

        request["administrator"]!.AsObject().Remove("password_hash");
        request["slug"] = "globex";
        var none = await control.SendAsync(HttpMethod.Post, "/tenants", request);
        Assert.Equal((HttpStatusCode.BadRequest, "value_required", "administrator.password"), (none.Status, none.Code, none.Field));
    }

    private static async Task Eventually(Func<Task<bool>> holds)
    {
        for (var i = 0; i < 100; i++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail("It did not come about within ten seconds.");
    }
}
