using System.Diagnostics;
using System.Text;
using Tessera.UnitTests.AspNetCore;
using Tessera.UnitTests.Cell;
using Tokens = Tessera.UnitTests.Cell.Tokens;

namespace Tessera.UnitTests.Attacks.Jwt;

/// <summary>Every attack at every verifier there is: nothing gets in, nothing throws, nothing takes long.</summary>
public sealed class JwtAttackTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500); // what is not linear takes minutes

    [Fact]
    public async Task No_forged_access_token_gets_past_the_verifier()
    {
        using var subject = VerifierSubject.Create();
        await RefuseAllAsync(subject);
    }

    [Fact]
    public async Task No_forged_access_token_opens_an_API()
    {
        await using var host = new ApiHost();
        await host.InitializeAsync();
        await RefuseAllAsync(new ApiSubject(host));
    }

    [Fact]
    public Task No_forged_service_token_is_one() => RefuseAllAsync(new ServiceTokenSubject());

    [Fact]
    public Task No_forged_feed_page_is_believed() => RefuseAllAsync(new FeedPageSubject());

    [Fact]
    public Task No_forged_statement_of_a_cell_is_believed() => RefuseAllAsync(new CellStatementSubject());

    [Fact]
    public async Task No_forged_service_token_opens_a_cell()
    {
        await using var cell = await CellHost.StartAsync();
        await RefuseAllAsync(new ServiceDoorSubject(cell));
    }

    [Fact]
    public async Task No_forged_access_token_is_told_of_at_a_cell()
    {
        await using var cell = await CellHost.StartAsync();
        var acme = await cell.AddTenantAsync("acme", draft => draft.SecretHash = CellTests.HashOf(CellTests.Secret));
        var other = await CellTokenSubject.KeyOfAsync(cell, (await cell.AddTenantAsync("globex")).Realm);
        await acme.AddAccountAsync(CellTests.Ada, CellTests.AcmePassword);
        var key = await CellTokenSubject.KeyOfAsync(cell, acme.Realm);
        var basic = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{acme.Client.ClientId}:{CellTests.Secret}"));
        var code = (await acme.CodeAsync((await acme.SignInAsync(CellTests.Ada, CellTests.AcmePassword))!))!;
        using var redeemed = await acme.PostAsync($"{acme.Issuer}/oauth2/token", new()
        {
            ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = CellTenant.RedirectUri, ["client_id"] = acme.Client.ClientId.Value, ["client_secret"] = CellTests.Secret, ["code_verifier"] = CellTenant.Verifier,
        });
        var good = (await Tokens.ReadAsync(redeemed)).Access;
        await RefuseAllAsync(new UserInfoSubject(acme, cell, key, good, other));
        await RefuseAllAsync(new IntrospectionSubject(acme, basic, cell, key, good, other));
    }

    [Fact]
    public async Task No_forged_client_assertion_proves_a_client()
    {
        await using var cell = await CellHost.StartAsync();
        var acme = await cell.AddTenantAsync("acme");
        await RefuseAllAsync(await ClientAssertionSubject.CreateAsync(cell, acme));
    }

    // RFC 6979 and FIPS 186-5 know both halves; so do all verifiers. It is the same statement, and nothing here takes a
    // token's text for its identity: what is good once is told apart by its jti.
    [Fact]
    public async Task The_other_half_of_a_signature_says_the_same_and_no_more()
    {
        using var subject = VerifierSubject.Create();
        Assert.True(await subject.AcceptsAsync(JwtSubject.Make(subject.Header().ToJsonString(), subject.Payload().ToJsonString(), data => FormAttacks.OtherHalf(subject.Sign(data)))));
        await using var cell = await CellHost.StartAsync();
        var assertion = await ClientAssertionSubject.CreateAsync(cell, await cell.AddTenantAsync("acme"));
        var (header, payload) = (assertion.Header().ToJsonString(), assertion.Payload().ToJsonString());
        Assert.True(await assertion.AcceptsAsync(JwtSubject.Make(header, payload, assertion.Sign)));
        Assert.False(await assertion.AcceptsAsync(JwtSubject.Make(header, payload, data => FormAttacks.OtherHalf(assertion.Sign(data)))));
    }

    private async Task RefuseAllAsync(JwtSubject subject)
    {
        Assert.True(await subject.AcceptsAsync(subject.Good()), "The good token is refused, so refusals show nothing.");
        var attacks = JwtAttacks.On(subject);
        Assert.True(attacks.Count > 400, $"Only {attacks.Count} attacks were made.");
        var wrong = new List<string>();
        foreach (var attack in attacks)
        {
            if (await TryAsync(subject, attack) is { } fault)
            {
                wrong.Add($"{attack.Name}: {fault}");
            }
        }

        Assert.True(wrong.Count == 0, $"{subject.GetType().Name}: {wrong.Count} of {attacks.Count}\n{string.Join('\n', wrong)}");
        Assert.True(await subject.AcceptsAsync(subject.Good()), "After the attacks good tokens are refused.");
        output.WriteLine($"{attacks.Count} forged tokens at {subject.GetType().Name}, 0 accepted");
    }

    private static async Task<string?> TryAsync(JwtSubject subject, JwtAttack attack)
    {
        var shortest = TimeSpan.MaxValue;
        for (var turn = 0; turn < 20 && shortest > Longest; turn++) // the machine may be busy; an attack that is slow is slow each time
        {
            var clock = Stopwatch.StartNew();
            try
            {
                if (await subject.AcceptsAsync(attack.Token))
                {
                    return "accepted";
                }
            }
            catch (Exception e)
            {
                return $"{e.GetType().Name} {e.Message}";
            }

            shortest = TimeSpan.FromTicks(Math.Min(shortest.Ticks, clock.Elapsed.Ticks));
        }

        return shortest > Longest ? $"took {shortest.TotalMilliseconds:F0} ms" : null;
    }
}
