using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Onboarding;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.UserPools;

/// <summary>What serves a user pool's shared tenants, checked.</summary>
internal sealed record SharedClientsPlan(Slug Slug, string DisplayName, IReadOnlyList<ClientId> Clients);

/// <summary>A user pool to be registered, whose every value has been checked.</summary>
internal sealed record UserPoolPlan(RealmId UserPool, string Issuer, string SignInHost, SharedClientsPlan? Shared)
{
    private const string SharedClients = "shared.client_ids";

    public IEnumerable<WantedName> Names =>
    [
        new(NameKind.Host, SignInHost, OnboardingErrors.HostTaken()),
        .. Shared is null ? (IEnumerable<WantedName>)[] :
        [
            new(NameKind.Slug, Shared.Slug.Value, OnboardingErrors.SlugTaken() with { Field = "shared.slug" }),
            .. BoundClients.Names(Shared.Clients, SharedClients),
        ],
    ];

    public static UserPoolPlan Read(Check check, UserPoolRequest request, Uri authHost)
    {
        if (!RealmId.TryParse(check.Text(request.UserPoolId, "user_pool_id", 55), out var userPool))
        {
            check.Fail(HttpErrors.Invalid("user_pool_id", "Give a user pool's id, such as eu-central-1_Ab3dE5gH9."));
        }

        var updated = check.OneOf(request.Issuer ?? "original", "issuer", "original", "updated") == "updated";
        var host = check.Text(request.Host, "host", 255);
        host = host.Length == 0 ? host : TenantNames.ReadHost(check, slug: null, host, authHost);
        var shared = request.Shared is null ? null : ReadShared(check, request.Shared);
        return new UserPoolPlan(userPool, check.Fault is null ? CognitoIssuer.Of(userPool, updated) : "", host, shared);
    }

    private static SharedClientsPlan ReadShared(Check check, SharedClientsRequest request) => new(
        TenantNames.ReadSlug(check, request.Slug),
        check.OptionalText(request.DisplayName, "shared.display_name", 100) ?? request.Slug ?? "",
        BoundClients.Read(check, request.ClientIds, SharedClients));
}

/// <summary>A tenant to be bound to clients of a user pool, whose every value has been checked.</summary>
internal sealed record BindingPlan(Slug Slug, string DisplayName, Pattern Pattern, IReadOnlyList<ClientId> Clients)
{
    public IEnumerable<WantedName> Names =>
        [new(NameKind.Slug, Slug.Value, OnboardingErrors.SlugTaken()), .. BoundClients.Names(Clients, "client_ids")];

    public static BindingPlan Read(Check check, BindingRequest request)
    {
        var slug = TenantNames.ReadSlug(check, request.Slug);
        var displayName = check.OptionalText(request.DisplayName, "display_name", 100) ?? request.Slug ?? "";
        if (check.OneOf(request.Pattern, "pattern", "shared", "hybrid") != "shared")
        {
            return new BindingPlan(slug, displayName, Pattern.Hybrid, BoundClients.Read(check, request.ClientIds, "client_ids"));
        }

        if (request.ClientIds is not null)
        {
            check.Fail(HttpErrors.Invalid("client_ids", "A shared tenant signs in through the user pool's shared client and has none of its own. Leave it out."));
        }

        return new BindingPlan(slug, displayName, Pattern.Shared, []);
    }
}
