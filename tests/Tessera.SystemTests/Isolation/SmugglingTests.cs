using System.Collections.Concurrent;
using System.Text.Json;
using Tessera.SystemTests.Isolation.Wire;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>
/// Router and cells agree on where a request ends. Nobody slips one past the router to a cell, and nobody's answer goes to
/// somebody else.
/// </summary>
[Collection(DemoCollection.Name)]
public sealed class SmugglingTests(Demo demo)
{
    /// <summary>How many answers each of the others looks at, at least.</summary>
    private const int Answers = 50;

    [Fact]
    public async Task No_request_reaches_a_cell_hidden_in_another_and_everybody_gets_their_own_answer()
    {
        var (acme, globex) = (await Party.OfDemoAsync(demo, "acme"), await Party.OfDemoAsync(demo, "globex"));
        // Nothing of it can come from the router: that address is a cell's own door, which it never forwards to.
        var door = new Uri(acme.Cell.Endpoint).Authority;
        var hidden = $"PUT /cell/pools/{acme.Pool} HTTP/1.1\r\nHost: {door}\r\nContent-Length: 0\r\nX-Smuggled: 1\r\n\r\n";
        using (var direct = new HttpRequestMessage(HttpMethod.Put, $"{acme.Cell.Endpoint}/cell/pools/{acme.Pool}"))
        using (var told = await demo.Visitor.SendAsync(direct))
        {
            Assert.Contains("service_token_refused", await told.Content.ReadAsStringAsync(), StringComparison.Ordinal); // how it would be known
        }

        var (tried, got) = (0, new ConcurrentQueue<string>());
        using var stop = new CancellationTokenSource();
        var others = Task.WhenAll(new[] { acme, globex }.Select(party => LiveAsync(party, stop.Token)));
        await Parallel.ForEachAsync(SmugglingCorpus.All(acme.SignInAuthority, hidden), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (form, _) =>
        {
            var answer = await RawConnection.SendAsync(demo.Port, form.Bytes);
            Interlocked.Increment(ref tried);
            if (answer.Contains("service_token_refused", StringComparison.Ordinal) || answer.Contains(globex.Tenant.Realm, StringComparison.Ordinal))
            {
                got.Enqueue($"{form.Name}: {answer}");
            }
        });

        await stop.CancelAsync();
        var answers = await others;
        Assert.Empty(got);
        Assert.All(answers, answer => Assert.Empty(answer.Foreign));
        Assert.True(tried >= 60, $"Only {tried} forms were tried.");
        TestContext.Current.TestOutputHelper?.WriteLine($"{tried} ways to hide a request: 0 reached a cell; {answers.Sum(answer => answer.Asked)} answers to others meanwhile, 0 of them foreign");
    }

    // Over connections of its own to the router, which are those the router's to the cells are shared by.
    private async Task<(int Asked, List<string> Foreign)> LiveAsync(Party party, CancellationToken stop)
    {
        var (asked, foreign) = (0, new List<string>());
        while (!stop.IsCancellationRequested || asked < Answers)
        {
            using var response = await demo.Visitor.GetAsync($"{party.Issuer}/.well-known/openid-configuration", headers: ("X-Asked-By", party.Slug));
            var text = await response.Content.ReadAsStringAsync(CancellationToken.None);
            asked++;
            if (!response.IsSuccessStatusCode || JsonDocument.Parse(text).RootElement.GetProperty("issuer").GetString() != party.Issuer)
            {
                foreign.Add($"{party.Slug}: {(int)response.StatusCode} {text}");
            }

            await Task.Delay(10, CancellationToken.None);
        }

        return (asked, foreign);
    }
}
