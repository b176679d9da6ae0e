using Tessera.Contracts.Ids;

namespace Tessera.Contracts.Routing;

/// <summary>The directory's public answer: where a tenant signs in. Nothing here is secret.</summary>
/// <param name="UserPoolId">The realm, under the name Amazon Cognito's clients know.</param>
/// <param name="ClientId">The tenant's default app client.</param>
/// <param name="Region">The region of the cell that houses the tenant now.</param>
/// <param name="Issuer">The <c>iss</c> of every token of the tenant. Never changes.</param>
/// <param name="SignInHost">Origin of the tenant's sign-in pages, for instance <c>http://acme.localhost:8400</c>.</param>
public sealed record Route(
    TenantId TenantId,
    Slug Slug,
    RealmId UserPoolId,
    ClientId ClientId,
    string Region,
    string Issuer,
    string SignInHost);
