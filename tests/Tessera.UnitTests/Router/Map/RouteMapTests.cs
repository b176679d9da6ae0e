using System.Globalization;
using CsCheck;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.Feed;
using Tessera.Router;
using Tessera.Router.Map;

namespace Tessera.UnitTests.Router.Map;

/// <summary>The compact map answers what the plain one does, whatever the directory goes through.</summary>
public sealed class RouteMapTests
{
    private const string Origin = "https://auth.example.com";
    private static readonly CellId[] Cells = [Id<CellId>("eu-1"), Id<CellId>("us-1"), Id<CellId>("ap-1")];
    private static readonly RealmId Shared = Id<RealmId>("eu-central-1_Shared001");

    /// <summary>What one step does to one tenant; the numbers choose among few names, so that names are handed on and taken again.</summary>
    private sealed record Step(int Tenant, int Name, int Cell, Pattern Pattern, TenantState State, int[] Clients, int[] Domains);

    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Int[0, 11], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Enum<Pattern>(), Gen.Int[0, 3].Select(state => state switch { 0 => TenantState.Suspended, 1 => TenantState.Deleted, _ => TenantState.Active }),
        Gen.Int[0, 3].Array[0, 3], Gen.Int[0, 4].Array[0, 2],
        (tenant, name, cell, pattern, state, clients, domains) => new Step(tenant, name, cell, pattern, state, [.. clients.Distinct()], [.. domains.Distinct()]));

    [Fact]
    public void Every_way_to_a_tenant_leads_where_the_plain_map_leads() => Steps.Array[1, 12].Array[1, 40].Sample(
        pages =>
        {
            var (compact, plain) = (New(), new DirectoryMap());
            foreach (var page in pages)
            {
                var told = Page(plain.Revision, page);
                plain.Apply(told);
                compact.Apply(told);
                Agree(compact, plain);
            }

            Agree(SavedAndLoaded(compact), plain);
        },
        iter: 300);

    [Fact]
    public void A_map_that_grew_and_shrank_holds_what_is_left_and_little_more()
    {
        var map = New();
        for (var round = 0; round < 6; round++)
        {
            for (var page = 0; page < 20; page++)
            {
                map.Apply(Page(map.Revision, [.. Enumerable.Range(page * 500, 500).Select(tenant => new Step(tenant, round, round % 3, Pattern.Hybrid, TenantState.Active, [round % 2], [tenant / 3]))]));
            }
        }

        Assert.Equal(10_000, map.TenantCount);
        Assert.True(map.TryGet(Id<Slug>("t9999-5"), out var tenant));
        Assert.Equal("t9999-5.example.com", tenant.SignInHost);
        Assert.False(map.TryGet(Id<Slug>("t9999-4"), out _));
        Assert.InRange(map.Held, 0, 5_000_000); // six times as much was written

        map.Apply(Page(map.Revision, [.. Enumerable.Range(0, 9_999).Select(each => new Step(each, 5, 0, Pattern.Hybrid, TenantState.Deleted, [], []))]));
        Assert.Equal(1, map.TenantCount);
        Assert.True(map.TryGetByHost("T9999-5.EXAMPLE.com", out _));
        Assert.False(map.TryGetByHost("t1-5.example.com", out _));
    }

    [Fact]
    public async Task Readers_see_a_tenant_as_it_was_or_as_it_is_while_it_is_rewritten_and_the_map_compacted()
    {
        var map = New();
        map.Apply(Page(0, [.. Enumerable.Range(0, 200).Select(tenant => new Step(tenant, 0, 0, Pattern.Hybrid, TenantState.Active, [0], [tenant]))]));
        using var stop = new CancellationTokenSource();
        var reads = 0L;
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                var number = (int)(Interlocked.Increment(ref reads) % 200);
                Assert.True(map.TryGetByHost(string.Create(CultureInfo.InvariantCulture, $"t{number}-0.example.com"), out var tenant));
                Assert.Equal(IdOf(number), tenant.TenantId);
                Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"t{number}-0"), tenant.Slug.Value);
                Assert.Equal(Client(number, 0), tenant.DefaultClient);
            }
        })).ToArray();
        for (var change = 1; change <= 400; change++)
        {
            map.Apply(Page(map.Revision, [.. Enumerable.Range(0, 200).Select(tenant => new Step(tenant, 0, change % 3, Pattern.Hybrid, TenantState.Active, [0], [tenant + change % 3]))]));
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.InRange(reads, 1_000, long.MaxValue);
    }

    [Fact]
    public void A_domain_leads_to_all_tenants_that_proved_it()
    {
        var map = New();
        map.Apply(Page(0, [new Step(1, 0, 0, Pattern.Hybrid, TenantState.Active, [0], [0, 1]), new Step(2, 0, 0, Pattern.Shared, TenantState.Active, [], [0])]));
        Assert.Equal([IdOf(1), IdOf(2)], map.ListByDomain("D0.example").Select(tenant => tenant.TenantId).Order(Comparer<TenantId>.Create((a, b) => a.Value.CompareTo(b.Value))));
        Assert.Equal(IdOf(1), Assert.Single(map.ListByDomain("d1.example")).TenantId);
        Assert.Empty(map.ListByDomain("d2.example"));
    }

    [Fact]
    public void A_domain_that_thousands_have_in_common_leads_to_some_of_them_and_hides_no_other()
    {
        var map = New();
        for (var page = 0; page < 20; page++)
        {
            map.Apply(Page(map.Revision, [.. Enumerable.Range(page * 1_000, 1_000).Select(tenant => new Step(tenant, 0, 0, Pattern.Hybrid, TenantState.Active, [0], [0, tenant + 1]))]));
        }

        foreach (var held in new[] { map, SavedAndLoaded(map) })
        {
            Assert.Equal(30, held.ListByDomain("d0.example", 30).Select(tenant => tenant.TenantId).Distinct().Count());
            Assert.All(Enumerable.Range(0, 20_000), tenant => Assert.Equal(IdOf(tenant), Assert.Single(held.ListByDomain(string.Create(CultureInfo.InvariantCulture, $"d{tenant + 1}.example"))).TenantId));

            // Rewritten, then gone but for three.
            held.Apply(Page(held.Revision, [.. Enumerable.Range(0, 20_000).Select(tenant => new Step(tenant, 0, 1, Pattern.Hybrid, TenantState.Active, [0], tenant % 2 == 0 ? [0, tenant + 1] : [tenant + 1]))]));
            Assert.Equal(10_000, held.ListByDomain("d0.example", 100_000).Select(tenant => tenant.TenantId).Distinct().Count());
            held.Apply(Page(held.Revision, [.. Enumerable.Range(0, 20_000).Where(tenant => tenant > 5).Select(tenant => new Step(tenant, 0, 1, Pattern.Hybrid, TenantState.Deleted, [0], []))]));
            Assert.Equal([IdOf(0), IdOf(2), IdOf(4)], held.ListByDomain("d0.example").Select(tenant => tenant.TenantId).OrderBy(id => id.Value));
        }
    }

    [Fact]
    public void Tenants_with_one_domain_in_common_do_not_lie_behind_each_other()
    {
        var map = New();
        for (var page = 0; page < 5; page++)
        {
            map.Apply(Page(map.Revision, [.. Enumerable.Range(page * 1_000, 1_000).Select(tenant => new Step(tenant, 0, 0, Pattern.Hybrid, TenantState.Active, [0], [0, tenant + 1]))]));
        }

        Assert.InRange(map.LongestSearchByDomain(), 1, 500);
    }

    [Fact]
    public void A_map_knows_whether_it_was_told_everything()
    {
        var map = New();
        Assert.False(map.IsWhole);
        map.Apply(Page(0, [new Step(1, 0, 0, Pattern.Hybrid, TenantState.Active, [0], [])]) with { HasMore = true });
        Assert.False(SavedAndLoaded(map).IsWhole);
        map.Apply(Page(map.Revision, [new Step(2, 0, 0, Pattern.Hybrid, TenantState.Active, [0], [])]));
        Assert.True(map.IsWhole);
        map.Apply(Page(map.Revision, [new Step(3, 0, 0, Pattern.Hybrid, TenantState.Active, [0], [])]) with { HasMore = true });
        Assert.True(SavedAndLoaded(map).IsWhole);
    }

    [Fact]
    public void A_loaded_map_goes_on_where_the_saved_one_was()
    {
        var map = New();
        map.Apply(Page(0, [.. Enumerable.Range(0, 500).Select(tenant => new Step(tenant, 0, 0, Pattern.Hybrid, TenantState.Active, [0], [0]))]));
        var loaded = SavedAndLoaded(map);
        loaded.Apply(Page(loaded.Revision, [.. Enumerable.Range(250, 500).Select(tenant => new Step(tenant, 1, 1, Pattern.Hybrid, TenantState.Active, [1], [1]))]));
        Assert.Equal(750, loaded.TenantCount);
        Assert.True(loaded.TryGet(Client(300, 1), out var tenant) && tenant.TryGetCell(out var cell) && cell.CellId == Cells[1]);
        Assert.False(loaded.TryGet(Client(300, 0), out _));
        Assert.True(loaded.TryGet(RealmOf(100), out _));
    }

    [Fact]
    public void A_map_of_another_auth_host_is_not_loaded()
    {
        using var file = new MemoryStream();
        New().Save(file);
        file.Position = 0;
        Assert.Throws<InvalidDataException>(() => new RouteMap(new AuthHost("https://other.example.com")).Load(file));
    }

    [Fact]
    public void A_page_from_elsewhere_changes_nothing()
    {
        var map = New();
        map.Apply(Page(0, [new Step(1, 0, 0, Pattern.Hybrid, TenantState.Active, [0], [])]));
        Assert.Throws<InvalidOperationException>(() => map.Apply(Page(map.Revision - 1, [new Step(1, 1, 0, Pattern.Hybrid, TenantState.Active, [0], [])])));
        Assert.True(map.TryGet(Id<Slug>("t1-0"), out _));
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_the_tenants_name()
    {
        var tenant = Entry(new Step(1, 0, 0, Pattern.Hybrid, TenantState.Active, [0], []), 1) with { SignInHost = new string('a', 256) + ".example.com" };
        var fault = Assert.Throws<FormatException>(() => New().Apply(Page(0, []) with { Revision = 1, Tenants = [tenant] }));
        Assert.Contains(IdOf(1).ToString(), fault.Message, StringComparison.Ordinal);
    }

    private static void Agree(RouteMap compact, DirectoryMap plain)
    {
        Assert.Equal(plain.TenantCount, compact.TenantCount);
        for (var tenant = 0; tenant < 12; tenant++)
        {
            for (var name = 0; name < 4; name++)
            {
                var slug = Id<Slug>(string.Create(CultureInfo.InvariantCulture, $"t{tenant}-{name}"));
                Same(plain.TryGet(slug, out var a) ? a : null, compact.TryGet(slug, out var b) ? b : null);
                Same(plain.TryGetByHost($"{slug}.example.com", out a) ? a : null, compact.TryGetByHost($"{slug}.example.com", out b) ? b : null);
                Same(plain.TryGet(Client(tenant, name), out a) ? a : null, compact.TryGet(Client(tenant, name), out b) ? b : null);
            }

            Same(plain.TryGet(RealmOf(tenant), out var c) ? c : null, compact.TryGet(RealmOf(tenant), out var d) ? d : null);
        }
    }

    private static void Same(TenantEntry? expected, RoutedTenant? found)
    {
        Assert.Equal(expected is null, found is null);
        if (expected is null || found is not { } tenant)
        {
            return;
        }

        Assert.Equal(
            (expected.TenantId, expected.Slug, expected.State, expected.Pattern, expected.Backend, expected.Epoch, expected.Realm, expected.SharedRealm, expected.Issuer, expected.SignInHost),
            (tenant.TenantId, tenant.Slug, tenant.State, tenant.Pattern, tenant.Backend, tenant.Epoch, tenant.Realm, tenant.SharedRealm, tenant.Issuer, tenant.SignInHost));
        Assert.Equal(expected.Clients.Select(client => (ClientId?)client).FirstOrDefault(), tenant.DefaultClient);
        Assert.Equal(expected.Cell != Cells[2], tenant.TryGetCell(out var cell)); // the third was never told
        Assert.Equal(cell is null ? null : expected.Cell, cell?.CellId);
    }

    private static RouteMap SavedAndLoaded(RouteMap map)
    {
        using var file = new MemoryStream();
        map.Save(file);
        file.Position = 0;
        var loaded = New();
        loaded.Load(file);
        Assert.Equal((map.Revision, map.TenantCount), (loaded.Revision, loaded.TenantCount));
        return loaded;
    }

    private static RouteMap New() => new(new AuthHost(Origin));

    // Of several steps for one tenant, as of several changes between two pages, the last is told.
    private static FeedPage Page(long after, IReadOnlyList<Step> steps) => new(
        after, after + 1, false,
        after == 0 ? [new CellEntry(Cells[0], "eu-central-1", "http://127.0.0.1:1"), new CellEntry(Cells[1], "us-east-1", "http://127.0.0.1:2")] : [],
        [], [.. steps.GroupBy(step => step.Tenant).Select(several => Entry(several.Last(), after + 1))], [], []);

    private static TenantEntry Entry(Step step, long epoch)
    {
        var slug = Id<Slug>(string.Create(CultureInfo.InvariantCulture, $"t{step.Tenant}-{step.Name}"));
        var realm = step.Pattern == Pattern.Shared ? Shared : RealmOf(step.Tenant);
        return new TenantEntry(
            IdOf(step.Tenant), slug, step.State, step.Pattern, Cells[step.Cell % 3], new PoolId(Guid.Parse("018f0000-0000-7000-8000-000000000001")), realm, epoch,
            step.Name == 3 ? "https://elsewhere.example.com/issuer" : $"{Origin}/{realm}", $"{slug}.example.com",
            [.. step.Domains.Select(domain => string.Create(CultureInfo.InvariantCulture, $"d{domain}.example"))],
            step.Pattern == Pattern.Shared ? [] : [.. step.Clients.Select(client => Client(step.Tenant, client))],
            step.Pattern == Pattern.Shared ? Shared : null,
            step.Name == 2 ? Backend.Cognito : Backend.Native);
    }

    private static TenantId IdOf(int tenant) => new(Guid.Parse(string.Create(CultureInfo.InvariantCulture, $"018f0000-0000-7000-9000-{tenant:D12}")));

    private static RealmId RealmOf(int tenant) => Id<RealmId>(string.Create(CultureInfo.InvariantCulture, $"{(tenant % 2 == 0 ? "eu-central-1" : "us-east-1")}_{tenant:D9}"));

    private static ClientId Client(int tenant, int number) => Id<ClientId>(string.Create(CultureInfo.InvariantCulture, $"client{tenant:D8}x{number}"));

    private static TId Id<TId>(string text) where TId : struct, IId<TId> => TId.TryParse(text, out var id) ? id : throw new ArgumentException(text);
}
