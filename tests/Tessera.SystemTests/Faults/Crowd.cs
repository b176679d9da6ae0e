using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Faults;

/// <summary>People of one tenant who each ask who they are, all at once: an answer that is another's is seen at once.</summary>
internal sealed class Crowd(Deployment at, DemoTenant tenant, IReadOnlyList<TokenSet> people)
{
    private readonly ConcurrentQueue<string> _failures = new();
    private int _done;

    public IReadOnlyCollection<string> Failures => _failures;

    public int Done => _done;

    public static async Task<Crowd> SignUpAsync(Deployment at, DemoTenant tenant, int people)
    {
        var tokens = new List<TokenSet>();
        for (var i = 0; i < people; i++)
        {
            var name = $"crowd-{Guid.NewGuid():N}@example.com";
            await at.Admin.MadeAsync($"/tenants/{tenant.TenantId}/users", new { username = name, email = name, password = Deployment.Password });
            tokens.Add(await at.TokensAsync(tenant, name));
        }

        return new Crowd(at, tenant, tokens);
    }

    /// <summary>Each asks, and signs in, so often; whatever is not answered well is a failure.</summary>
    public Task EachAsync(int times = 1, ConcurrentQueue<double>? took = null) => Task.WhenAll(people.Select(async person =>
    {
        for (var i = 0; i < times; i++)
        {
            await TimeAsync(took, async () => Assert.Equal(HttpStatusCode.OK, await AskAsync(person)));
            await TimeAsync(took, async () => Assert.NotNull(await at.Visitor.CodeAsync(tenant, person.Cookie)));
        }
    }));

    /// <summary>Each asks once; what they were answered.</summary>
    public Task<HttpStatusCode[]> AskAllAsync() => Task.WhenAll(people.Select(AskAsync));

    /// <summary>How long it takes until all are served again.</summary>
    public async Task<TimeSpan> UntilServedAsync()
    {
        var watch = Stopwatch.StartNew();
        while ((await AskAllAsync()).Any(status => status != HttpStatusCode.OK))
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(45), "Not all are served again.");
            await Task.Delay(100);
        }

        return watch.Elapsed;
    }

    private async Task<HttpStatusCode> AskAsync(TokenSet person)
    {
        using var answer = await at.Visitor.GetAsync($"{at.AuthHost}/{tenant.Realm}/oauth2/userInfo", bearer: person.Access);
        if (answer.StatusCode == HttpStatusCode.OK)
        {
            using var told = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            if (told.RootElement.GetProperty("sub").GetString() != TokenSet.Claims(person.Access).GetProperty("sub").GetString())
            {
                _failures.Enqueue("An answer was another's.");
            }

            Interlocked.Increment(ref _done);
        }

        return answer.StatusCode;
    }

    private async Task TimeAsync(ConcurrentQueue<double>? took, Func<Task> request)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            await request();
        }
        catch (Exception e)
        {
            _failures.Enqueue(e.Message);
        }

        took?.Enqueue(watch.Elapsed.TotalMilliseconds);
    }
}
