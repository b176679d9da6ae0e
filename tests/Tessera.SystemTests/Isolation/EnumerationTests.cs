using System.Diagnostics;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>Whether somebody has an account is not to be learned from what a stranger is told, nor from how long it takes.</summary>
[Collection(DemoCollection.Name)]
public sealed class EnumerationTests(Demo demo)
{
    private const int Rounds = 30;

    [Fact]
    public async Task An_unknown_name_is_answered_like_a_known_one_and_costs_as_much()
    {
        var acme = await Party.OfDemoAsync(demo, "acme");
        var (known, unknown) = (new List<double>(), new List<double>());
        var answers = new HashSet<string>();
        for (var round = 0; round < Rounds; round++)
        {
            // In turn, so that whatever else the machine does falls on both.
            foreach (var (username, times) in new[] { (acme.User.Username, known), ($"nobody{round:D2}@example.com", unknown) })
            {
                var clock = Stopwatch.StartNew();
                using var response = await demo.Visitor.PostAsync($"{acme.Tenant.SignInHost}/login{Visitor.AuthorizeQuery(acme.Tenant)}", new Dictionary<string, string> { ["username"] = username, ["password"] = "not the password" });
                times.Add(clock.Elapsed.TotalMilliseconds);
                answers.Add($"{(int)response.StatusCode} {(await response.Content.ReadAsStringAsync()).Replace(username, "{name}", StringComparison.Ordinal)}");
            }
        }

        var (one, other) = (Median(known), Median(unknown));
        TestContext.Current.TestOutputHelper?.WriteLine($"a wrong password for a known name took {one:F1} ms, for an unknown one {other:F1} ms");
        Assert.Single(answers);
        // Without the hash that is computed for nobody, an unknown name takes a tenth.
        Assert.InRange(other / one, 0.5, 2);
    }

    [Fact]
    public async Task A_device_code_a_refresh_token_and_a_client_that_never_were_are_refused_like_those_of_others()
    {
        var (acme, globex) = (await Party.OfDemoAsync(demo, "acme"), await Party.OfDemoAsync(demo, "globex"));
        var foreign = (await globex.TokensAsync(demo.Visitor)).Refresh;
        Assert.Single(await AnswersAsync(acme, "refresh_token", foreign, new string('x', foreign.Length)));
        Assert.Single(await AnswersAsync(acme, "client_id", globex.Tenant.ClientId, "client-that-never-was"));
    }

    private async Task<HashSet<string>> AnswersAsync(Party party, string field, params string[] values)
    {
        var answers = new HashSet<string>();
        foreach (var value in values)
        {
            var form = new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["refresh_token"] = "x", ["client_id"] = party.Tenant.ClientId, [field] = value };
            using var response = await demo.Visitor.PostAsync($"{party.Issuer}/oauth2/token", form);
            answers.Add($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }

        return answers;
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);
}
