using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;

namespace Tessera.UnitTests.Postgres;

/// <summary>Every way EF Core reads, for a tenant, for another, and for none.</summary>
public sealed class ReadTests(NotebookFixture fixture) : IClassFixture<NotebookFixture>
{
    private static readonly Func<Notebook, long, Task<User?>> Compiled =
        EF.CompileAsyncQuery((Notebook db, long id) => db.Users.AsNoTracking().FirstOrDefault(u => u.Id == id));

    private static readonly Dictionary<string, Func<Notebook, Task<IEnumerable<Guid>>>> Forms = new()
    {
        ["tracked list"] = async db => (await db.Users.ToListAsync()).Select(u => u.TenantId),
        ["untracked list"] = async db => (await db.Users.AsNoTracking().Where(u => u.Id < 5).ToListAsync()).Select(u => u.TenantId),
        ["ordered page"] = async db => (await db.Users.OrderBy(u => u.Id).Skip(2).Take(3).ToListAsync()).Select(u => u.TenantId),
        ["projection"] = async db => await db.Users.Select(u => u.TenantId).ToListAsync(),
        ["distinct"] = async db => await db.Notes.Select(n => n.TenantId).Distinct().ToListAsync(),
        ["group"] = async db => await db.Notes.GroupBy(n => n.TenantId).Select(g => g.Key).ToListAsync(),
        ["join"] = async db => await db.Users.Join(db.Notes, u => u.Id, n => n.UserId, (u, n) => n.TenantId).ToListAsync(),
        ["union"] = async db => await db.Users.Select(u => u.TenantId).Union(db.Notes.Select(n => n.TenantId)).ToListAsync(),
        ["first"] = async db => Of(await db.Users.FirstOrDefaultAsync(u => u.Id == 3)),
        ["single"] = async db => Of(await db.Users.SingleOrDefaultAsync(u => u.Id == 3)),
        ["compiled"] = async db => Of(await Compiled(db, 3)),
        ["include"] = async db => (await db.Users.Include(u => u.Notes).ToListAsync()).SelectMany(u => u.Notes).Select(n => n.TenantId),
        ["split query"] = async db => (await db.Users.Include(u => u.Notes).AsSplitQuery().ToListAsync()).SelectMany(u => u.Notes).Select(n => n.TenantId),
        ["stream"] = async db => await StreamAsync(db, int.MaxValue),
        ["broken-off stream"] = async db => await StreamAsync(db, 2),
        ["raw SQL entities"] = async db => (await db.Users.FromSql($"SELECT * FROM users WHERE id < {5}").ToListAsync()).Select(u => u.TenantId),
        ["raw SQL composed"] = async db => (await db.Users.FromSql($"SELECT * FROM users").Where(u => u.Id > 2).ToListAsync()).Select(u => u.TenantId),
        ["raw SQL scalars"] = async db => await db.Database.SqlQuery<Guid>($"SELECT tenant_id AS \"Value\" FROM users").ToListAsync(),
    };

    public static TheoryData<string> FormNames => [.. Forms.Keys];

    [Theory]
    [MemberData(nameof(FormNames))]
    public async Task A_read_finds_the_tenants_own_rows_and_no_others(string form)
    {
        foreach (var tenant in new[] { fixture.Acme, fixture.Globex, fixture.Acme })
        {
            await using var db = fixture.Open(tenant);
            Assert.Equal([tenant.Value], (await Forms[form](db)).Distinct());
        }
    }

    [Theory]
    [MemberData(nameof(FormNames))]
    public async Task A_read_without_a_tenant_finds_nothing(string form)
    {
        await using var db = fixture.Open(null);
        Assert.Empty(await Forms[form](db));
    }

    [Theory]
    [MemberData(nameof(FormNames))]
    public async Task A_read_in_an_explicit_transaction_finds_the_tenants_own_rows(string form)
    {
        await using var db = fixture.Open(fixture.Acme);
        await using var transaction = await db.Database.BeginTransactionAsync(Cancellation);
        Assert.Equal([fixture.Acme.Value], (await Forms[form](db)).Distinct());
        Assert.Equal([fixture.Acme.Value], (await Forms[form](db)).Distinct());
    }

    [Fact]
    public async Task Counts_and_existence_are_the_tenants()
    {
        await using var db = fixture.Open(fixture.Globex);
        Assert.Equal(10, await db.Users.CountAsync(Cancellation));
        Assert.Equal(30, await db.Notes.LongCountAsync(Cancellation));
        Assert.Equal(55, await db.Users.SumAsync(u => u.Id, Cancellation));
        Assert.True(await db.Users.AnyAsync(u => u.Name.StartsWith("globex"), Cancellation));
        Assert.False(await db.Users.AnyAsync(u => u.Name.StartsWith("acme"), Cancellation));
    }

    [Fact]
    public async Task Find_knows_no_key_of_another_tenant()
    {
        await using var db = fixture.Open(fixture.Acme);
        Assert.NotNull(await db.Users.FindAsync([fixture.Acme.Value, 3L], Cancellation));
        Assert.Null(await db.Users.FindAsync([fixture.Globex.Value, 3L], Cancellation));
    }

    [Fact]
    public async Task Reload_and_explicit_loading_carry_the_tenant()
    {
        await using var db = fixture.Open(fixture.Acme);
        var user = await db.Users.SingleAsync(u => u.Id == 4, Cancellation);
        await db.Entry(user).ReloadAsync(Cancellation);
        await db.Entry(user).Collection(u => u.Notes).LoadAsync(Cancellation);
        Assert.Equal(3, user.Notes.Count);
    }

    [Fact]
    public async Task A_synchronous_read_says_what_to_call_instead()
    {
        await using var db = fixture.Open(fixture.Acme);
        Assert.Contains("ToListAsync", Assert.Throws<NotSupportedException>(() => db.Users.ToList()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_travels_in_one_round_trip_with_its_tenant()
    {
        // Two statements in one implicit transaction share its start time; two trips would not.
        await using var db = fixture.Open(fixture.Acme);
        var pair = await db.Database.SqlQuery<bool>($"SELECT statement_timestamp() >= transaction_timestamp() AND current_setting('app.current_tenant_id') <> '' AS \"Value\"").SingleAsync(Cancellation);
        Assert.True(pair);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static IEnumerable<Guid> Of(User? user) => user is null ? [] : [user.TenantId];

    private static async Task<IEnumerable<Guid>> StreamAsync(Notebook db, int most)
    {
        var seen = new List<Guid>();
        await foreach (var user in db.Users.AsNoTracking().AsAsyncEnumerable())
        {
            seen.Add(user.TenantId);
            if (seen.Count == most)
            {
                break;
            }
        }

        return seen;
    }
}
