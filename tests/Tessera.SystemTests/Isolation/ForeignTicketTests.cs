using System.Globalization;
using Tessera.SystemTests.Faults;
using Tessera.SystemTests.Isolation.Matrix;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>
/// Whatever opens something at one tenant opens nothing at another. Four tenants stand for the ways in which two can be
/// neighbours: acme and initrode share cell and pool, globex and umbrella share a cell only, the others share neither.
/// </summary>
[Collection(DemoCollection.Name)]
public sealed class ForeignTicketTests(Demo demo)
{
    /// <summary>How many attempts of four pairs there were when somebody last wrote it down. There may be more, never fewer.</summary>
    private static readonly string Recorded = Path.Combine(Repository.Root, "tests", "Tessera.SystemTests", "Isolation", "Matrix", "attempts.txt");

    /// <summary>
    /// Who attacks whom, by place in <see cref="PartiesAsync"/>: everybody somebody, so that each is attacker and victim once; with
    /// <c>TESSERA_TEST_LONG=1</c> everybody everybody else.
    /// </summary>
    private static readonly (int Attacker, int Victim)[] Pairs = LongRuns.Of<(int, int)[]>(
        [(0, 1), (1, 2), (2, 3), (3, 0)],
        [.. Enumerable.Range(0, 4).SelectMany(attacker => Enumerable.Range(0, 4).Where(victim => victim != attacker).Select(victim => (attacker, victim)))]);

    [Fact]
    public async Task No_ticket_of_a_tenant_is_accepted_at_any_endpoint_of_another()
    {
        using var services = new ServiceTokens(demo);
        var surfaces = await Inventory.ReadAsync(demo);
        var wallets = new List<Wallet>();
        foreach (var party in await PartiesAsync())
        {
            wallets.Add(await Wallet.FillAsync(demo, party, services));
        }

        using var attack = new Attack(demo, surfaces);
        var home = new AtHome(demo);
        var died = new List<string>();
        foreach (var (attacker, victim) in Pairs.Select(pair => (wallets[pair.Attacker], wallets[pair.Victim])))
        {
            await attacker.RenewCodeAsync();
            Assert.Empty(await home.RefusedAsync(attacker));
            await attacker.RenewCodeAsync();
            await attack.RunAsync(attacker, victim);
            if (attack.Accepted.Count > 0)
            {
                break; // who was let in may have deleted what the next pair needs
            }

            died.AddRange((await home.RefusedAsync(attacker)).Select(kind => $"{kind} of {attacker.Owner}, after it was shown at {victim.Owner}"));
        }

        var recorded = int.Parse(await File.ReadAllTextAsync(Recorded), CultureInfo.InvariantCulture) * Pairs.Length / 4;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{attack.Attempts} attempts ({attack.Attempts - recorded:+0;-0;+0} since they were last recorded) with {Enum.GetValues<TicketKind>().Length} kinds of ticket at {surfaces.Count} endpoints, {Pairs.Length} pairs of tenants: {attack.Accepted.Count} accepted.");
        Assert.True(attack.Accepted.Count == 0, $"{attack.Accepted.Count} of {attack.Attempts} attempts were accepted:\n{string.Join('\n', attack.Accepted.Select(line => line.Length > 240 ? line[..240] : line).Take(60))}");
        Assert.True(died.Count == 0, $"These are no longer good at home, so they did something elsewhere:\n{string.Join('\n', died)}");
        Assert.True(attack.Attempts >= recorded, $"Only {attack.Attempts} attempts were made, and there were {recorded}. Where some are rightly gone, say so in {Recorded}.");
        Assert.All(Enum.GetValues<TicketKind>(), kind => Assert.True(attack.Tried.GetValueOrDefault(kind.ToString()) >= 40 * Pairs.Length, $"{kind} was hardly tried."));
        Assert.All(surfaces, surface => Assert.True(attack.Tried.GetValueOrDefault($"{surface.Name} {surface.Door}") >= 4 * Pairs.Length, $"{surface.Name} was hardly tried."));
    }

    [Fact]
    public async Task Every_endpoint_that_a_host_lists_is_declared_and_none_is_declared_that_is_not_listed()
    {
        var surfaces = await Inventory.ReadAsync(demo);
        Assert.True(surfaces.Count >= 60, $"Only {surfaces.Count} endpoints were found.");
        Assert.Equal(surfaces.Select(surface => surface.Name).Distinct().Order(StringComparer.Ordinal), Declarations.Names.Order(StringComparer.Ordinal));
    }

    private async Task<Party[]> PartiesAsync()
    {
        var initrode = await new NewTenant("initrode", "eu-1", "initrode").MakeAsync(demo);
        var (acme, globex, umbrella) = (await Party.OfDemoAsync(demo, "acme"), await Party.OfDemoAsync(demo, "globex"), await Party.OfDemoAsync(demo, "umbrella"));
        Assert.Equal((acme.Cell.CellId, acme.Pool), (initrode.Cell.CellId, initrode.Pool));
        Assert.Equal(globex.Cell.CellId, umbrella.Cell.CellId);
        Assert.NotEqual(globex.Pool, umbrella.Pool);
        Assert.NotEqual(acme.Cell.CellId, globex.Cell.CellId);
        return [acme, initrode, globex, umbrella];
    }
}
