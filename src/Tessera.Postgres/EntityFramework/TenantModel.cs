using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tessera.Contracts.Ids;
using Tessera.Postgres.Checks;
using Tessera.Postgres.Schema;
using Tessera.Postgres.Tenants;

namespace Tessera.Postgres.EntityFramework;

/// <summary>What a model says of tenants: each entity has one, or is declared to be shared by all.</summary>
public static class TenantModel
{
    private const string Property = "TenantId";
    private const string Shared = "Tessera:Shared";

    /// <summary>
    /// Gives the entity its <c>tenant_id</c>: the property <c>TenantId</c> (<see cref="Guid"/> or <see cref="TenantId"/>) if the class
    /// has one, a shadow property if not. The database fills it from the tenant in force, and it never changes.
    /// </summary>
    public static EntityTypeBuilder<T> HasTenant<T>(this EntityTypeBuilder<T> entity) where T : class
    {
        var type = typeof(T).GetProperty(Property)?.PropertyType ?? typeof(Guid);
        var property = entity.Property(type, Property);
        if (type == typeof(TenantId))
        {
            property.HasConversion<TenantIdConverter>();
        }

        property.HasColumnName(TenantRows.Column).HasColumnType("uuid").IsRequired()
            .HasDefaultValueSql(RowSecuritySql.Current(TenantRows.Setting, "uuid"))
            .ValueGeneratedOnAdd();
        property.Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Throw);
        return entity;
    }

    /// <summary>Declares that all tenants share the entity's rows: a list of countries, a price list. Every tenant can read them, and write what it was granted.</summary>
    public static EntityTypeBuilder<T> IsSharedByTenants<T>(this EntityTypeBuilder<T> entity) where T : class => entity.HasAnnotation(Shared, true);

    /// <summary>The tables of tenants, with their schema where the model names one.</summary>
    public static IReadOnlyCollection<string> Tables(IReadOnlyModel model) =>
        [.. model.GetEntityTypes().Where(HasTenantColumn).Select(QualifiedTable).Distinct()];

    /// <summary>The entities that have a table, no tenant and no declaration.</summary>
    internal static IEnumerable<RowSecurityFault> Undeclared(IReadOnlyModel model) => model.GetEntityTypes()
        .Where(entity => entity.GetTableName() is not null && !HasTenantColumn(entity) && !IsDeclaredShared(entity) && !entity.IsOwned())
        .Select(entity => new RowSecurityFault("entity_without_tenant", RowSecuritySeverity.Error, entity.DisplayName(),
            $"Entity {entity.DisplayName()} has no {TenantRows.Column}: its rows are open to all tenants.",
            $"Call {nameof(HasTenant)}() on it and protect its table, or {nameof(IsSharedByTenants)}() if that is meant."));

    internal static bool HasTenantColumn(IReadOnlyEntityType entity) =>
        entity.GetTableName() is not null && entity.GetProperties().Any(property => property.GetColumnName() == TenantRows.Column);

    internal static bool IsDeclaredShared(IReadOnlyEntityType entity) => entity.FindAnnotation(Shared)?.Value is true;

    private static string QualifiedTable(IReadOnlyEntityType entity) =>
        entity.GetSchema() is { } schema ? $"{schema}.{entity.GetTableName()}" : entity.GetTableName()!;
}
