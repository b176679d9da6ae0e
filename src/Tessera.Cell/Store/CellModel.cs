using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Tessera.Cell.Store;

/// <summary>Tables, keys and lengths. Every key of a realm's row starts with the realm.</summary>
internal static class CellModel
{
    /// <summary>The layout this code reads and writes. A store of another one is refused.</summary>
    public const int Version = 4;

    public static void Configure(ModelBuilder model, bool sqlite)
    {
        model.Entity<SchemaRow>(schema =>
        {
            schema.ToTable("schema_info").HasKey(row => row.Id);
            schema.HasData(new SchemaRow { Id = 1, Version = Version });
        });
        model.Entity<PoolRow>(pool => pool.ToTable("pools").HasKey(row => row.PoolId));
        model.Entity<RealmRow>(Realm);
        model.Entity<AccountRow>(Account);
        model.Entity<SessionRow>(Session);
        model.Entity<AuditRow>(Audit);
        model.Entity<SharedTenantRow>(SharedTenant);
        model.Entity<MembershipRow>(Membership);
        model.Entity<ClientGrantRow>(ClientGrant);
        model.UseOpenIddict<ClientRow, GrantRow, ScopeRow, TokenRow, Guid>();
        model.Entity<ClientRow>(client => Owned(client, "clients"));
        model.Entity<ScopeRow>(scope => Owned(scope, "scopes"));
        model.Entity<GrantRow>(grant =>
        {
            Owned(grant, "grants").HasIndex(row => new { row.RealmId, row.SessionId });
            grant.HasIndex(row => new { row.RealmId, row.Subject, row.TenantId });
        });
        model.Entity<TokenRow>(token => Owned(token, "tokens"));
        model.Entity<TokenRow>(KeyTokenByRealm);
        model.Entity<SpentAssertionRow>(SpentAssertion);
        model.Entity<LogoutNoticeRow>(LogoutNotice);
        model.Entity<LogoutQueueRow>(queue => Queue(queue, "logout_queue"));
        model.Entity<RevocationNoticeRow>(RevocationNotice);
        model.Entity<RevocationQueueRow>(queue => Queue(queue, "revocation_queue"));
        model.Entity<MoveRow>(Move);
        model.Entity<FormerKeyRow>(FormerKey);
        LedgerModel.Configure(model);
        model.Entity<MoveQueueRow>(queue => Queue(queue, "move_queue"));
        if (sqlite)
        {
            StoreTimesAsNumbers(model);
        }
    }

    // SQLite has no type for instants and compares them as text; as UTC ticks they order and compare.
    private static void StoreTimesAsNumbers(ModelBuilder model)
    {
        var ticks = new ValueConverter<DateTimeOffset, long>(instant => instant.UtcTicks, value => new DateTimeOffset(value, TimeSpan.Zero));
        foreach (var property in model.Model.GetEntityTypes().SelectMany(type => type.GetProperties())
            .Where(property => (Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType) == typeof(DateTimeOffset)))
        {
            property.SetValueConverter(ticks);
        }
    }

    private static EntityTypeBuilder<TRow> Owned<TRow>(EntityTypeBuilder<TRow> entity, string table) where TRow : class, IRealmOwned
    {
        entity.ToTable(table).HasIndex(row => row.RealmId);
        entity.Property(row => row.RealmId).HasMaxLength(55);
        return entity;
    }

    private static void Realm(EntityTypeBuilder<RealmRow> realm)
    {
        realm.ToTable("realms").HasKey(row => row.RealmId);
        realm.Property(row => row.RealmId).HasMaxLength(55);
        realm.Property(row => row.SignInHost).HasMaxLength(260);
        realm.Property(row => row.MovedTo).HasMaxLength(64);
        realm.HasIndex(row => row.SignInHost).IsUnique();
    }

    private static void Move(EntityTypeBuilder<MoveRow> move)
    {
        move.ToTable("realm_moves").HasKey(row => new { row.RealmId, row.MoveId });
        move.Property(row => row.RealmId).HasMaxLength(55);
        move.Property(row => row.Role).HasMaxLength(16);
        move.Property(row => row.State).HasMaxLength(16);
        move.Property(row => row.ToCell).HasMaxLength(64);
    }

    private static void FormerKey(EntityTypeBuilder<FormerKeyRow> key)
    {
        key.ToTable("former_keys").HasKey(row => new { row.RealmId, row.Kid });
        key.Property(row => row.RealmId).HasMaxLength(55);
        key.Property(row => row.Kid).HasMaxLength(64);
        key.Property(row => row.Jwk).HasMaxLength(2048);
    }

    private static void Account(EntityTypeBuilder<AccountRow> account)
    {
        account.ToTable("accounts").HasKey(row => new { row.RealmId, row.Sub });
        account.HasIndex(row => new { row.RealmId, row.NormalizedUsername }).IsUnique();
        account.Property(row => row.Username).HasMaxLength(128);
        account.Property(row => row.NormalizedUsername).HasMaxLength(128);
        account.Property(row => row.Email).HasMaxLength(254);
        account.Property(row => row.Name).HasMaxLength(256);
        // What a sign-in has relied on: one that commits after either has changed does not commit.
        account.Property(row => row.PasswordHash).IsConcurrencyToken();
        account.Property(row => row.Enabled).IsConcurrencyToken();
    }

    private static void Session(EntityTypeBuilder<SessionRow> session)
    {
        session.ToTable("sessions").HasKey(row => new { row.RealmId, row.CookieHash });
        session.HasIndex(row => new { row.RealmId, row.SessionId }).IsUnique();
    }

    // A user code is short: the same may be given out in two realms, and is another ticket in each.
    private static void KeyTokenByRealm(EntityTypeBuilder<TokenRow> token)
    {
        token.Metadata.RemoveIndex(token.HasIndex(row => row.ReferenceId).Metadata);
        token.HasIndex(row => new { row.RealmId, row.ReferenceId }).IsUnique();
    }

    private static void SpentAssertion(EntityTypeBuilder<SpentAssertionRow> spent)
    {
        spent.ToTable("spent_assertions").HasKey(row => new { row.RealmId, row.ClientId, row.TokenIdHash });
        spent.Property(row => row.RealmId).HasMaxLength(55);
        spent.Property(row => row.ClientId).HasMaxLength(64);
    }

    private static void LogoutNotice(EntityTypeBuilder<LogoutNoticeRow> notice)
    {
        notice.ToTable("logout_notices").HasKey(row => new { row.RealmId, row.NoticeId });
        notice.Property(row => row.RealmId).HasMaxLength(55);
        notice.Property(row => row.ClientId).HasMaxLength(64);
    }

    private static void RevocationNotice(EntityTypeBuilder<RevocationNoticeRow> notice)
    {
        notice.ToTable("revocation_notices").HasKey(row => new { row.RealmId, row.NoticeId });
        notice.Property(row => row.RealmId).HasMaxLength(55);
        notice.Property(row => row.Subject).HasMaxLength(64);
    }

    private static void Queue<TRow>(EntityTypeBuilder<TRow> queue, string table) where TRow : QueueRow
    {
        queue.ToTable(table).HasKey(row => row.NoticeId);
        queue.HasIndex(row => row.DueAt);
    }

    private static void Audit(EntityTypeBuilder<AuditRow> audit)
    {
        audit.ToTable("audit").HasKey(row => new { row.RealmId, row.Id });
        audit.Property(row => row.Event).HasMaxLength(64);
        audit.Property(row => row.Detail).HasMaxLength(1024);
    }

    // A shared realm with tenants is not taken away; a tenant that is takes its memberships and client grants along.
    private static void SharedTenant(EntityTypeBuilder<SharedTenantRow> tenant)
    {
        tenant.ToTable("shared_tenants").HasKey(row => new { row.RealmId, row.TenantId });
        tenant.HasIndex(row => new { row.RealmId, row.Slug }).IsUnique();
        tenant.Property(row => row.Slug).HasMaxLength(40);
        tenant.HasOne<RealmRow>().WithMany().HasForeignKey(row => row.RealmId).OnDelete(DeleteBehavior.Restrict);
    }

    private static void Membership(EntityTypeBuilder<MembershipRow> membership)
    {
        membership.ToTable("memberships").HasKey(row => new { row.RealmId, row.TenantId, row.Sub });
        membership.HasIndex(row => new { row.RealmId, row.Sub });
        membership.Property(row => row.Email).HasMaxLength(254);
        membership.Property(row => row.Name).HasMaxLength(256);
        // What a grant has relied on: one that commits after it has ended does not commit.
        membership.Property(row => row.Active).IsConcurrencyToken();
        membership.HasOne<SharedTenantRow>().WithMany().HasForeignKey(row => new { row.RealmId, row.TenantId }).OnDelete(DeleteBehavior.Cascade);
        membership.HasOne<AccountRow>().WithMany().HasForeignKey(row => new { row.RealmId, row.Sub }).OnDelete(DeleteBehavior.Cascade);
    }

    private static void ClientGrant(EntityTypeBuilder<ClientGrantRow> grant)
    {
        grant.ToTable("client_grants").HasKey(row => new { row.RealmId, row.TenantId, row.ApplicationId });
        grant.HasOne<SharedTenantRow>().WithMany().HasForeignKey(row => new { row.RealmId, row.TenantId }).OnDelete(DeleteBehavior.Cascade);
        grant.HasOne<ClientRow>().WithMany().HasForeignKey(row => row.ApplicationId).OnDelete(DeleteBehavior.Cascade);
    }
}
