using Microsoft.AspNetCore.Http;
using Tessera.Contracts.Ids;

namespace Tessera.ControlPlane.AdminKeys;

/// <summary>Whoever holds the key of this request.</summary>
/// <param name="Tenant">The only tenant it may reach, where it is so restricted.</param>
internal sealed record Caller(string KeyId, IReadOnlyList<string> Scopes, TenantId? Tenant, DateTimeOffset? ExpiresAt)
{
    public bool Has(Scope scope) => Scopes.Contains(scope.Name) || Scopes.Contains(Scope.Everything.Name);

    /// <exception cref="InvalidOperationException">The endpoint lets anyone in.</exception>
    public static Caller Of(HttpContext http) =>
        http.Features.Get<Caller>() ?? throw new InvalidOperationException("The request was made without a key.");
}
