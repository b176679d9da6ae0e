using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.AdminKeys;

internal sealed record KeyRequest(string? Name = null, IReadOnlyList<string?>? Scopes = null, TenantId? TenantId = null, DateTimeOffset? ExpiresAt = null);

/// <param name="Key">The whole key, told this once.</param>
internal sealed record KeyMade(string KeyId, string Key);

internal sealed record KeyList(IReadOnlyList<KeyView> Keys);

internal sealed record KeyView(
    string KeyId, string Name, IReadOnlyList<string> Scopes, TenantId? TenantId, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt)
{
    public static KeyView Of(AdminKeyRow row) => new(row.KeyId, row.Name, row.Scopes, row.TenantId, row.CreatedAt, row.ExpiresAt, row.RevokedAt);
}
