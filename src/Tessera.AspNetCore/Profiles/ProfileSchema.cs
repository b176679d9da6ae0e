using Tessera.Postgres.Schema;
using Tessera.Postgres.Tenants;

namespace Tessera.AspNetCore.Profiles;

/// <summary>DDL of the profiles' tables, for the application's own migration.</summary>
public static class ProfileSchema
{
    internal const string Channel = "tessera_profiles";

    /// <summary>Two tables with forced row security and the runtime role's rights on them. Runs as the tables' owner, and may be run again.</summary>
    /// <param name="runtimeRole">The role that serves requests, which owns nothing.</param>
    public static string Create(string runtimeRole)
    {
        var tenant = $"tenant_id uuid NOT NULL DEFAULT {RowSecuritySql.Current(TenantRows.Setting, "uuid")}";
        return $"""
            CREATE TABLE IF NOT EXISTS tessera_roles (
                {tenant},
                role text COLLATE "C" NOT NULL,
                permissions text[] NOT NULL,
                version uuid NOT NULL DEFAULT gen_random_uuid(),
                PRIMARY KEY (tenant_id, role));
            CREATE TABLE IF NOT EXISTS tessera_profiles (
                {tenant},
                sub text COLLATE "C" NOT NULL,
                roles text[] NOT NULL,
                tenant_roles text[] NOT NULL,
                permissions text[] NOT NULL,
                preferences jsonb NOT NULL,
                attributes jsonb NOT NULL,
                version uuid NOT NULL DEFAULT gen_random_uuid(),
                updated_at timestamptz NOT NULL DEFAULT now(),
                PRIMARY KEY (tenant_id, sub));
            {RowSecuritySql.ProtectTenant("tessera_roles")}
            {RowSecuritySql.ProtectTenant("tessera_profiles")}
            GRANT SELECT, INSERT, UPDATE, DELETE ON tessera_roles, tessera_profiles TO "{runtimeRole.Replace("\"", "\"\"", StringComparison.Ordinal)}";
            """;
    }
}
