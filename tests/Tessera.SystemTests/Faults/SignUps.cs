using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Faults;

/// <summary>Many people are signed up at acme at once, while something is killed; then who was told so must be there, and nobody twice.</summary>
internal sealed class SignUps(Deployment at, int people)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);
    private readonly List<string> _names = [.. Enumerable.Range(0, people).Select(i => $"{Guid.NewGuid():N}-{i}@example.com")];
    private readonly ConcurrentDictionary<string, string> _acknowledged = new();
    private readonly TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isKilled;

    public int Acknowledged => _acknowledged.Count;

    private string Users => $"/tenants/{at.Acme.TenantId}/users";

    // In the middle: after three of ten.
    private int KillAfter => people * 3 / 10;

    /// <summary>Signs all up at once and kills in the middle of it.</summary>
    public async Task RunAsync(Func<Task> kill)
    {
        var signUps = _names.Select(SignUpAsync).ToList();
        await Task.WhenAny(_enough.Task, Task.WhenAll(signUps));
        _isKilled = true;
        await kill();
        await Task.WhenAll(signUps);
        Assert.True(Acknowledged >= KillAfter && Acknowledged < people, $"{Acknowledged} of {people} were acknowledged: the kill did not come in the middle.");
    }

    /// <summary>Everybody who was acknowledged is there once and can sign in; the others can still be signed up, once.</summary>
    /// <returns>What there was, for the record.</returns>
    public async Task<string> DemandAllAsync()
    {
        var present = await PresentAsync();
        Assert.All(_acknowledged, entry => Assert.Equal(entry.Value, present.GetValueOrDefault(entry.Key)));
        foreach (var name in _acknowledged.Keys.Take(5))
        {
            var tokens = await at.TokensAsync(at.Acme, name);
            Assert.Equal(_acknowledged[name], TokenSet.Claims(tokens.Access).GetProperty("sub").GetString());
        }

        await Parallel.ForEachAsync(_names.Where(name => !_acknowledged.ContainsKey(name)), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (name, _) =>
        {
            var (status, answer) = await at.Admin.PostAsync(Users, Person(name));
            Assert.True(status == (present.ContainsKey(name) ? HttpStatusCode.Conflict : HttpStatusCode.Created), $"{(int)status} {answer}");
        });
        Assert.Equal(people, (await PresentAsync()).Count);
        return $"{Acknowledged} acknowledged, {present.Count} present, {present.Count(entry => !_acknowledged.ContainsKey(entry.Key))} unacknowledged but present, of {people}";
    }

    // More at once than a cell takes on are told to come again, and do: each later every time, for a thousand who come again at once
    // are the next crowd.
    private async Task SignUpAsync(string name)
    {
        var pause = TimeSpan.FromSeconds(0.2);
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience; pause = pause * 2 > LongestPause ? LongestPause : pause * 2)
        {
            var (status, account) = await at.Admin.PostAsync(Users, Person(name));
            if (status == HttpStatusCode.Created)
            {
                _acknowledged[name] = account.GetProperty("sub").GetString()!;
                if (Acknowledged >= KillAfter)
                {
                    _enough.TrySetResult();
                }

                return;
            }

            if (_isKilled || status != HttpStatusCode.ServiceUnavailable)
            {
                return;
            }

            await Task.Delay(pause * Random.Shared.NextDouble());
        }
    }

    private static object Person(string name) => new { username = name, email = name, password = Deployment.Password };

    // Fails on a name that is there twice.
    private async Task<Dictionary<string, string>> PresentAsync()
    {
        var wanted = _names.ToHashSet();
        string Of(JsonElement account, string member) => account.GetProperty(member).GetString()!;
        return (await at.Admin.AllAsync(Users, "accounts")).Where(account => wanted.Contains(Of(account, "username")))
            .ToDictionary(account => Of(account, "username"), account => Of(account, "sub"));
    }
}
