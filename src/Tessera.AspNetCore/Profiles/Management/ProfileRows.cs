using System.Text.Json;
using Npgsql;

namespace Tessera.AspNetCore.Profiles.Management;

/// <summary>Rows and what is read from them.</summary>
internal static class ProfileRows
{
    public const string Columns = "sub, roles, tenant_roles, permissions, preferences, attributes, version, updated_at";

    public const string RoleColumns = "role, permissions, version";

    public static Profile Read(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetFieldValue<string[]>(1),
        row.GetFieldValue<string[]>(2),
        row.GetFieldValue<string[]>(3),
        JsonElement.Parse(row.GetString(4)),
        JsonElement.Parse(row.GetString(5)),
        row.GetGuid(6),
        row.GetFieldValue<DateTimeOffset>(7));

    public static TenantRole ReadRole(NpgsqlDataReader row) => new(row.GetString(0), row.GetFieldValue<string[]>(1), row.GetGuid(2));
}
