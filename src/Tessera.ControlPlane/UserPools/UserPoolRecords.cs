using Tessera.Contracts.Ids;

namespace Tessera.ControlPlane.UserPools;

/// <param name="Host">Of its sign-in pages: the user pool's domain.</param>
/// <param name="Issuer">The form of its <c>iss</c>: <c>original</c> unless said, or <c>updated</c>.</param>
/// <param name="Shared">For shared tenants: the clients that serve them all.</param>
internal sealed record UserPoolRequest(string? UserPoolId = null, string? Host = null, string? Issuer = null, SharedClientsRequest? Shared = null);

internal sealed record SharedClientsRequest(string? Slug = null, string? DisplayName = null, IReadOnlyList<string?>? ClientIds = null);

internal sealed record UserPoolList(IReadOnlyList<UserPoolView> UserPools);

/// <summary>A user pool of Amazon Cognito as operators see it.</summary>
/// <param name="SharedClients">Those that serve its shared tenants; the first is the default one.</param>
internal sealed record UserPoolView(
    RealmId UserPoolId, PoolId Pool, CellId Cell, string Region, string Issuer, string SignInHost, IReadOnlyList<ClientId> SharedClients, int Tenants);

/// <param name="Pattern"><c>hybrid</c> with clients of its own, or <c>shared</c> with none.</param>
internal sealed record BindingRequest(
    string? Slug = null, string? DisplayName = null, string? Pattern = null, IReadOnlyList<string?>? ClientIds = null);
