using Tessera.Contracts.Ids;
using Tessera.Postgres.Rows;

namespace Tessera.Postgres.Tenants;

/// <summary>How rows say which tenant they belong to.</summary>
public static class TenantRows
{
    /// <summary>The column of every tenant table: <c>tenant_id uuid NOT NULL</c>.</summary>
    public const string Column = "tenant_id";

    /// <summary>The setting its policies read.</summary>
    public const string Setting = "app.current_tenant_id";

    /// <summary>The rows of one tenant.</summary>
    /// <exception cref="ArgumentException">The id is empty.</exception>
    public static RowScope Of(TenantId tenant)
    {
        RefuseEmpty(tenant);
        return new RowScope([RowSetting.Known(Setting, tenant.ToString())]);
    }

    internal static void RefuseEmpty(TenantId tenant)
    {
        if (tenant == default)
        {
            throw new ArgumentException("The empty id is no tenant.", nameof(tenant));
        }
    }
}
