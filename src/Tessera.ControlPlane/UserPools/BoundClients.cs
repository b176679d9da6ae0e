using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Onboarding;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.UserPools;

/// <summary>Clients that exist in Amazon Cognito. Only whose they are is ours to say, and it is said once.</summary>
internal static class BoundClients
{
    private const int Most = 100;

    public static List<ClientId> Read(Check check, IReadOnlyList<string?>? asked, string field)
    {
        List<ClientId> clients = [];
        check.List(asked, field, Most, (text, at) =>
        {
            if (!ClientId.TryParse(text, out var client))
            {
                check.Fail(HttpErrors.Invalid(at, "Give an app client's id as Amazon Cognito shows it."));
                return text;
            }

            clients.Add(client);
            return text;
        });
        if (asked is null or { Count: 0 })
        {
            check.Fail(HttpErrors.Required(field));
        }

        return clients;
    }

    public static IEnumerable<WantedName> Names(IEnumerable<ClientId> clients, string field) =>
        clients.Select((client, i) => new WantedName(NameKind.ClientId, client.Value, UserPoolErrors.ClientIdTaken($"{field}[{i}]")));

    /// <param name="tenant">None of a client that serves the pool's shared tenants.</param>
    public static ClientRow Row(ClientId client, TenantId? tenant, RealmId userPool, Change change) => new()
    {
        ClientId = client,
        TenantId = tenant,
        RealmId = userPool,
        Name = client.Value,
        Confidential = false,
        RedirectUris = [],
        PostLogoutRedirectUris = [],
        GrantTypes = [],
        Scopes = [],
        Audiences = [],
        SigningAlgorithm = "RS256",
        Jwks = null,
        BackchannelLogoutUri = null,
        CustomTenantClaim = true,
        RequirePkce = false,
        RequirePushedAuthorization = false,
        CreatedAt = change.Now,
        Active = true,
        Born = change.Revision,
    };
}
