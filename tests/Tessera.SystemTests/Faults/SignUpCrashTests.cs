using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Faults;

/// <summary>What was acknowledged is there after a crash, once.</summary>
[Collection(FaultCollection.Name)]
public sealed class SignUpCrashTests(Deployments deployments, ITestOutputHelper output)
{
    private const int People = 200;
    private const int KillAfter = 60;

    [Theory]
    [InlineData("PostgreSQL")]
    [InlineData("SQLite")]
    public async Task No_acknowledged_sign_up_is_lost_when_a_cell_is_killed(string store)
    {
        var at = deployments.On(store);
        var users = $"/tenants/{at.Acme.TenantId}/users";
        var names = Enumerable.Range(0, People).Select(i => $"{Guid.NewGuid():N}-{i}@example.com").ToList();
        var acknowledged = new ConcurrentDictionary<string, string>();
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var signUps = names.Select(async name =>
        {
            var (status, account) = await at.Admin.PostAsync(users, Person(name));
            if (status == HttpStatusCode.Created)
            {
                acknowledged[name] = account.GetProperty("sub").GetString()!;
                if (acknowledged.Count >= KillAfter)
                {
                    enough.TrySetResult();
                }
            }
        }).ToList();
        await Task.WhenAny(enough.Task, Task.WhenAll(signUps));
        await at.CellEu.KillAsync();
        await Task.WhenAll(signUps);
        Assert.True(acknowledged.Count is >= KillAfter and < People, $"{acknowledged.Count} of {People} were acknowledged: the kill did not come in the middle.");

        await at.CellEu.StartAsync();
        var present = await PresentAsync(at, users, names);
        output.WriteLine($"{store}: {acknowledged.Count} acknowledged, {present.Count} present, {present.Count(entry => !acknowledged.ContainsKey(entry.Key))} unacknowledged but present, of {People}");
        Assert.All(acknowledged, entry => Assert.Equal(entry.Value, present.GetValueOrDefault(entry.Key)));
        foreach (var name in acknowledged.Keys.Take(5))
        {
            var tokens = await at.TokensAsync(at.Acme, name);
            Assert.Equal(acknowledged[name], TokenSet.Claims(tokens.Access).GetProperty("sub").GetString());
        }

        await Parallel.ForEachAsync(names.Where(name => !acknowledged.ContainsKey(name)), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (name, _) =>
        {
            var (status, answer) = await at.Admin.PostAsync(users, Person(name));
            Assert.True(status == (present.ContainsKey(name) ? HttpStatusCode.Conflict : HttpStatusCode.Created), $"{(int)status} {answer}");
        });
        Assert.Equal(People, (await PresentAsync(at, users, names)).Count);
    }

    private static object Person(string name) => new { username = name, email = name, password = Deployment.Password };

    // Fails on a name that is there twice.
    private static async Task<Dictionary<string, string>> PresentAsync(Deployment at, string users, IReadOnlyCollection<string> names)
    {
        var wanted = names.ToHashSet();
        string Of(JsonElement account, string member) => account.GetProperty(member).GetString()!;
        return (await at.Admin.AllAsync(users, "accounts")).Where(account => wanted.Contains(Of(account, "username")))
            .ToDictionary(account => Of(account, "username"), account => Of(account, "sub"));
    }
}
