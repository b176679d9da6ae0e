using Npgsql;
using Tessera.UnitTests.Postgres;

namespace Tessera.UnitTests.Cell;

/// <summary>How often a token request waits for PostgreSQL: once to read all it needs, once to write all it does.</summary>
public sealed class TokenRoundTripTests
{
    [Fact]
    public async Task A_refresh_takes_two_a_code_two_and_client_credentials_one()
    {
        var (runtime, owner) = await TestPostgres.CreateAsync();
        await using var relay = new CountingRelay(new NpgsqlConnectionStringBuilder(runtime));
        await using var cell = await CellHost.StartAsync(relay.ConnectionString, owner);
        var acme = await cell.AddTenantAsync("acme");
        var robots = await cell.AddTenantAsync("robots", client =>
        {
            client.SecretHash = CellTests.HashOf(CellTests.Secret);
            client.GrantTypes.Clear();
            client.GrantTypes.Add("client_credentials");
        });
        await acme.AddAccountAsync(CellTests.Ada, CellTests.AcmePassword);
        var cookie = await acme.SignInAsync(CellTests.Ada, CellTests.AcmePassword);
        var tokens = await acme.TokensAsync(cookie!);

        Assert.Equal(2, await FewestAsync(relay, async () => tokens = await RefreshAsync(acme, tokens)));
        Assert.Equal(1, await FewestAsync(relay, async () => (await robots.MachineTokenAsync(CellTests.Secret)).Dispose()));
        var codes = new Queue<string>();
        for (var i = 0; i < Turns; i++)
        {
            codes.Enqueue((await acme.CodeAsync(cookie!))!);
        }

        Assert.Equal(2, await FewestAsync(relay, async () => (await acme.RedeemAsync(codes.Dequeue())).EnsureSuccessStatusCode().Dispose()));
    }

    private const int Turns = 6;

    private static async Task<Tokens> RefreshAsync(CellTenant tenant, Tokens tokens)
    {
        using var response = await tenant.RefreshAsync(tokens.Refresh!);
        return await Tokens.ReadAsync(response);
    }

    // The first turns open connections and fill caches, and housekeeping may come between: neither is the request's.
    private static async Task<int> FewestAsync(CountingRelay relay, Func<Task> work)
    {
        var fewest = int.MaxValue;
        for (var turn = 0; turn < Turns; turn++)
        {
            fewest = Math.Min(fewest, await relay.CountAsync(work));
        }

        return fewest;
    }
}
