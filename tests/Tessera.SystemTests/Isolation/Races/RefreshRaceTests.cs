using System.Collections.Concurrent;
using System.Net;
using Tessera.SystemTests.Faults;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation.Races;

/// <summary>A revocation that was acknowledged has won: nothing that raced with it lives on.</summary>
[Collection(FaultCollection.Name)]
public sealed class RefreshRaceTests(Deployments deployments)
{
    private const int Families = 40;
    private const int RefreshesEach = 25;

    public static TheoryData<string> Stores() => ["SQLite", "PostgreSQL"];

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Of_a_thousand_refreshes_against_a_revocation_nothing_minted_outlives_it(string store)
    {
        var at = deployments.On(store);
        var (attempts, minted, survivors) = (0, 0, new ConcurrentQueue<string>());
        await Parallel.ForAsync(0, Families, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (family, cancellation) =>
        {
            var first = await at.TokensAsync(at.Acme);
            var tokens = new ConcurrentBag<TokenSet> { first };
            var newest = first;
            var acknowledged = false;
            var racing = Task.Run(async () =>
            {
                for (var i = 0; i < RefreshesEach; i++)
                {
                    var after = Volatile.Read(ref acknowledged); // before this one was even sent
                    using var response = await at.Visitor.RefreshAsync(at.AuthHost, at.Acme, newest.Refresh);
                    Interlocked.Increment(ref attempts);
                    if (response.IsSuccessStatusCode)
                    {
                        var next = await TokenSet.ReadAsync(response);
                        tokens.Add(next);
                        Volatile.Write(ref newest, next);
                        Interlocked.Increment(ref minted);
                        if (after)
                        {
                            survivors.Enqueue($"family {family}: refreshed after the revocation was acknowledged");
                        }
                    }
                }
            }, cancellation);
            await Task.Delay(Random.Shared.Next(0, 100), cancellation);

            // The token may be spent by now, or be so at this very moment: revoking it ends its family, and is never put off.
            using (var revocation = await at.Visitor.PostAsync($"{at.AuthHost}/{at.Acme.Realm}/oauth2/revoke", new Dictionary<string, string> { ["token"] = Volatile.Read(ref newest).Refresh, ["client_id"] = at.Acme.ClientId }))
            {
                Assert.Equal(HttpStatusCode.OK, revocation.StatusCode);
                Volatile.Write(ref acknowledged, true);
            }

            await racing;
            foreach (var token in tokens)
            {
                using var refreshed = await at.Visitor.RefreshAsync(at.AuthHost, at.Acme, token.Refresh);
                using var asked = await at.Visitor.GetAsync($"{at.AuthHost}/{at.Acme.Realm}/oauth2/userInfo", bearer: token.Access);
                if (refreshed.IsSuccessStatusCode || asked.IsSuccessStatusCode)
                {
                    survivors.Enqueue($"family {family}: refresh {(int)refreshed.StatusCode}, userinfo {(int)asked.StatusCode}");
                }
            }
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{store}: {attempts} refreshes against {Families} revocations, {minted} went through in time, {survivors.Count} outlived one");
        Assert.Empty(survivors);
        Assert.Equal(Families * RefreshesEach, attempts);
        Assert.InRange(minted, Families / 4, attempts - 1); // a race in which one side always wins is none
    }
}
