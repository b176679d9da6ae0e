using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Tessera.SystemTests.Faults;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Moves;

/// <summary>
/// A tenant moves back and forth between two cells on PostgreSQL while its people work, and none of them notices: R10, R13 and R14.
/// How many people and moves: <c>TESSERA_TEST_MOVES=1000x20</c>; 200x4 unless set.
/// </summary>
[Collection(FaultCollection.Name)]
public sealed class MovesUnderLoadTests(Deployments deployments, ITestOutputHelper output)
{
    private const int AtOnce = 4;
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);
    private readonly Deployment _at = deployments.OnPostgres;

    [Fact]
    public async Task Nobody_notices_that_their_tenant_moves()
    {
        var (users, moves) = Size();
        var slug = $"move-{Guid.NewGuid():N}"[..16];
        var tenant = await _at.KnownAsync(Deployment.Describe((await _at.OnboardAsync(slug, "eu-1")).GetProperty("tenant")));
        var people = new People(_at, tenant, await ImportAsync(tenant, users));
        using var stop = new CancellationTokenSource();
        var working = people.WorkAsync(AtOnce, stop.Token);
        await Task.Delay(Between);

        var pauses = new List<int>();
        for (var i = 0; i < moves; i++)
        {
            var done = people.Done;
            var move = await MoveAsync(tenant, i % 2 == 0 ? "us-1" : "eu-1");
            pauses.Add(move.GetProperty("pause_ms").GetInt32());
            Assert.Equal(43, move.GetProperty("checksum").GetString()!.Length);
            if (i % 3 != 2) // and every third time straight back
            {
                await Task.Delay(Between);
                Assert.True(people.Done > done, "Nobody worked while the tenant moved.");
            }
        }

        await stop.CancelAsync();
        await working;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{users} people, {moves} moves: pause {pauses.Min()} to {pauses.Max()} ms, median {pauses.Order().ElementAt(moves / 2)}; {people.Told}"));
        TellWhatHeldUp();
        Assert.True(people.Failures.Count == 0, string.Join('\n', people.Failures.Take(20)));
        await people.DemandEverythingAsync();
        var (status, gone) = await _at.Admin.GetAsync($"/tenants/{tenant.TenantId}");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(moves + 1, gone.GetProperty("epoch").GetInt32());
    }

    // Nobody need have noticed; whoever reads the pauses wants to know.
    private void TellWhatHeldUp()
    {
        var lines = _at.Control.Output.Split('\n');
        foreach (var at in Enumerable.Range(0, lines.Length).Where(at => lines[at].Contains(" stays ", StringComparison.Ordinal) || lines[at].Contains("Working on move", StringComparison.Ordinal)))
        {
            output.WriteLine(string.Join('\n', lines.Skip(at).Take(12).TakeWhile((line, number) => number == 0 || line.StartsWith("      ", StringComparison.Ordinal))));
        }
    }

    private async Task<JsonElement> MoveAsync(DemoTenant tenant, string to)
    {
        var (status, planned) = await _at.Admin.PostAsync($"/tenants/{tenant.TenantId}/moves", new { to });
        Assert.True(status == HttpStatusCode.Accepted, $"{(int)status} {planned}");
        var until = DateTimeOffset.UtcNow + TimeSpan.FromMinutes(5);
        var seen = new OrderedDictionary<string, long>();
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            var (_, move) = await _at.Admin.GetAsync($"/moves/{planned.GetProperty("move_id").GetString()}");
            seen.TryAdd(move.GetProperty("state").GetString()!, (long)Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            switch (move.GetProperty("state").GetString())
            {
                case "purging" or "purged": // the source points to the target: from here it can move back
                    output.WriteLine(string.Join(", ", seen.Select(state => $"{state.Key} at {state.Value} ms")) + $": {move.GetProperty("progress")}, paused {move.GetProperty("pause_ms")} ms");
                    return move;
                case "rolling_back" or "rolled_back":
                    throw new InvalidOperationException($"The move was rolled back: {move}");
                default:
                    Assert.True(DateTimeOffset.UtcNow < until, $"The move stands: {move}");
                    await Task.Delay(20);
                    break;
            }
        }
    }

    private async Task<IReadOnlyList<Member>> ImportAsync(DemoTenant tenant, int users)
    {
        var names = Enumerable.Range(0, users).Select(i => $"member{i}@example.com").ToList();
        foreach (var some in names.Chunk(200))
        {
            var (status, answer) = await _at.Admin.PostAsync($"/tenants/{tenant.TenantId}/users/import", new
            {
                import_key = $"{Guid.NewGuid():N}",
                users = some.Select(name => new { username = name, password_hash = Pbkdf2(Deployment.Password) }),
            });
            Assert.True(status == HttpStatusCode.OK, $"{(int)status} {answer}");
        }

        var accounts = await _at.Admin.AllAsync($"/tenants/{tenant.TenantId}/users", "accounts");
        var subs = accounts.ToDictionary(account => account.GetProperty("username").GetString()!, account => account.GetProperty("sub").GetString()!);
        return [.. names.Select(name => new Member(name, subs[name]))];
    }

    // As cheap as is taken, so that a thousand people are there at once; their first sign-in replaces it.
    private static string Pbkdf2(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var hash = Rfc2898DeriveBytes.Pbkdf2(password, salt, 1_000, HashAlgorithmName.SHA256, 32);
        return $"$pbkdf2-sha256$i=1000${Convert.ToBase64String(salt).TrimEnd('=')}${Convert.ToBase64String(hash).TrimEnd('=')}";
    }

    private static (int Users, int Moves) Size() =>
        Environment.GetEnvironmentVariable("TESSERA_TEST_MOVES")?.Split('x') is [var users, var moves]
            ? (int.Parse(users, CultureInfo.InvariantCulture), int.Parse(moves, CultureInfo.InvariantCulture))
            : (200, 4);
}
