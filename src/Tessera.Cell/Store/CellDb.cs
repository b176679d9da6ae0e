using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Tessera.Cell.Audit;
using Tessera.Contracts.Ids;
using Tessera.Postgres.Rows;

namespace Tessera.Cell.Store;

/// <summary>
/// The cell's store as one realm sees it. Which realm is said when the context is made and never changes: rows of others
/// are neither read (a query filter, and row-level security below it) nor written (checked on save, and again below).
/// </summary>
internal sealed class CellDb(DbContextOptions<CellDb> options, RowsOf scope, PendingAudit? pending = null) : DbContext(options), IRowSecured
{
    /// <summary>Whose rows this context reaches.</summary>
    public RowsOf Scope { get; private set; } = scope;

    /// <inheritdoc />
    public RowScope RowScope { get; private set; } = scope.ToRowScope();

    /// <summary>Has written revocation notices, of which their sender is told once they are committed.</summary>
    public bool HasNotices { get; set; }

    private string? RealmId { get; } = scope.Realm?.Value;

    private string? Name { get; } = scope.Name;

    private Guid? TenantId => Scope.Tenant?.Value;

    private Guid? AccountId => Scope.Account;

    public DbSet<SchemaRow> Schema => Set<SchemaRow>();

    public DbSet<PoolRow> Pools => Set<PoolRow>();

    public DbSet<RealmRow> Realms => Set<RealmRow>();

    public DbSet<AccountRow> Accounts => Set<AccountRow>();

    public DbSet<SessionRow> Sessions => Set<SessionRow>();

    public DbSet<AuditRow> Audit => Set<AuditRow>();

    public DbSet<ClientRow> Clients => Set<ClientRow>();

    public DbSet<GrantRow> Grants => Set<GrantRow>();

    public DbSet<TokenRow> Tokens => Set<TokenRow>();

    public DbSet<SpentAssertionRow> SpentAssertions => Set<SpentAssertionRow>();

    public DbSet<LogoutNoticeRow> LogoutNotices => Set<LogoutNoticeRow>();

    public DbSet<LogoutQueueRow> LogoutQueue => Set<LogoutQueueRow>();

    public DbSet<RevocationNoticeRow> RevocationNotices => Set<RevocationNoticeRow>();

    public DbSet<RevocationQueueRow> RevocationQueue => Set<RevocationQueueRow>();

    public DbSet<MoveRow> Moves => Set<MoveRow>();

    public DbSet<FormerKeyRow> FormerKeys => Set<FormerKeyRow>();

    public DbSet<LedgerTableRow> LedgerTables => Set<LedgerTableRow>();

    public DbSet<LedgerEntryRow> LedgerEntries => Set<LedgerEntryRow>();

    public DbSet<LedgerChangeRow> LedgerChanges => Set<LedgerChangeRow>();

    public DbSet<MoveQueueRow> MoveQueue => Set<MoveQueueRow>();

    public DbSet<SharedTenantRow> SharedTenants => Set<SharedTenantRow>();

    public DbSet<MembershipRow> Memberships => Set<MembershipRow>();

    public DbSet<ClientGrantRow> ClientGrants => Set<ClientGrantRow>();

    /// <summary>From here on the rows of one tenant of the shared realm are in reach too.</summary>
    /// <exception cref="InvalidOperationException">Another tenant's were already.</exception>
    public void EnterTenant(TenantId tenant) => Enter(Scope.Tenant is null || Scope.Tenant == tenant, Scope with { Tenant = tenant });

    /// <summary>From here on the memberships of one account of the shared realm can be read.</summary>
    /// <exception cref="InvalidOperationException">Another account's were already.</exception>
    public void EnterAccount(Guid sub) => Enter(Scope.Account is null || Scope.Account == sub, Scope with { Account = sub });

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        CellModel.Configure(modelBuilder, Database.IsSqlite());
        // One realm's rows; the realms table answers to a sign-in host too, which is how a request finds its realm.
        modelBuilder.Entity<RealmRow>().HasQueryFilter(row => row.RealmId == RealmId || row.SignInHost == Name);
        Own<AccountRow>(modelBuilder, row => row.RealmId == RealmId);
        Own<SessionRow>(modelBuilder, row => row.RealmId == RealmId);
        Own<AuditRow>(modelBuilder, row => row.RealmId == RealmId);
        Own<ClientRow>(modelBuilder, row => row.RealmId == RealmId);
        Own<GrantRow>(modelBuilder, row => row.RealmId == RealmId);
        Own<TokenRow>(modelBuilder, row => row.RealmId == RealmId);
        Own<ScopeRow>(modelBuilder, row => row.RealmId == RealmId);
        Own<SpentAssertionRow>(modelBuilder, row => row.RealmId == RealmId);
        Own<LogoutNoticeRow>(modelBuilder, row => row.RealmId == RealmId);
        Own<RevocationNoticeRow>(modelBuilder, row => row.RealmId == RealmId);
        Own<MoveRow>(modelBuilder, row => row.RealmId == RealmId);
        Own<FormerKeyRow>(modelBuilder, row => row.RealmId == RealmId);
        Own<LedgerTableRow>(modelBuilder, row => row.RealmId == RealmId);
        Own<LedgerEntryRow>(modelBuilder, row => row.RealmId == RealmId);
        Own<LedgerChangeRow>(modelBuilder, row => row.RealmId == RealmId);
        Own<MembershipRow>(modelBuilder, row => row.RealmId == RealmId && (row.TenantId == TenantId || row.Sub == AccountId));
        Own<ClientGrantRow>(modelBuilder, row => row.RealmId == RealmId && row.TenantId == TenantId);
        Own<SharedTenantRow>(modelBuilder, row => row.RealmId == RealmId && (row.TenantId == TenantId || row.Slug == Name
            || Set<MembershipRow>().Any(place => place.TenantId == row.TenantId && place.Sub == AccountId)));
    }

    public override int SaveChanges(bool acceptAllChangesOnSuccess) =>
        throw new NotSupportedException("The cell's store is written asynchronously alone.");

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        Audit.AddRange(pending?.Take() ?? []);
        StampRealm();
        if (Scope.Epoch is not null && Database.IsSqlite())
        {
            Database.AutoTransactionBehavior = AutoTransactionBehavior.Always; // the fence is asked within it
        }

        try
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is WriteFencedException fenced)
        {
            throw new WriteFencedException(fenced.Message); // as PostgreSQL's batch says it
        }
    }

    private static void Own<TRow>(ModelBuilder modelBuilder, Expression<Func<TRow, bool>> ofThisRealm) where TRow : class, IRealmOwned =>
        modelBuilder.Entity<TRow>().HasQueryFilter(ofThisRealm);

    private void Enter(bool fits, RowsOf scope)
    {
        Scope = fits && scope.Realm is not null ? scope : throw new InvalidOperationException("The context reaches the rows of another tenant or account already, or of no realm.");
        RowScope = scope.ToRowScope();
    }

    private void StampRealm()
    {
        foreach (var entry in ChangeTracker.Entries<IRealmOwned>())
        {
            DemandOwnTenant(entry);
            if (entry.State == EntityState.Added)
            {
                entry.Entity.RealmId = RealmId ?? throw new InvalidOperationException("A row of a realm was added outside any realm.");
            }

            DemandOwnRealm(entry);
        }
    }

    private void DemandOwnTenant(EntityEntry<IRealmOwned> entry)
    {
        if (entry.Entity is ITenantOwned owned && entry.State != EntityState.Unchanged && owned.TenantId != TenantId)
        {
            throw new InvalidOperationException("A row of another tenant was about to be written.");
        }
    }

    private void DemandOwnRealm(EntityEntry<IRealmOwned> entry)
    {
        if (entry.State is EntityState.Modified or EntityState.Deleted && entry.Entity.RealmId != RealmId)
        {
            throw new InvalidOperationException("A row of another realm was about to be written.");
        }
    }
}
