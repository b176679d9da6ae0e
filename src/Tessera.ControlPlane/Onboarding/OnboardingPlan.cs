using Tessera.Contracts.Ids;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Clients;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Placements;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;
using Tessera.ControlPlane.Users;

namespace Tessera.ControlPlane.Onboarding;

/// <param name="Cell">Pins it to the cell, whatever that cell's tier and canary flag.</param>
/// <param name="Pool">Pins a hybrid tenant to the pool.</param>
/// <param name="Residency">Where its data must lie: only cells of that residency take it.</param>
/// <param name="Tier">It may live in cells kept for this tier.</param>
/// <param name="Canary">It lives in canary cells, and in no others.</param>
internal sealed record OnboardingRequest(
    string? Slug = null,
    string? DisplayName = null,
    string? Pattern = null,
    string? Cell = null,
    string? Region = null,
    string? Host = null,
    IReadOnlyList<string?>? EmailDomains = null,
    ClientRequest? Client = null,
    AccountRequest? Administrator = null,
    string? Pool = null,
    string? Residency = null,
    string? Tier = null,
    bool? Canary = null);

/// <param name="Client">The tenant's own client; of a shared tenant its shared realm's default client, whose secret is not told.</param>
internal sealed record Onboarded(TenantView Tenant, ClientMade Client, AdministratorMade Administrator);

internal sealed record AdministratorMade(Guid Sub, string Username);

/// <summary>A tenant to be, whose every value has been checked.</summary>
/// <param name="SignInHost">Absent where the tenant is shared, as are its client and e-mail domains.</param>
internal sealed record OnboardingPlan(
    Slug Slug,
    string DisplayName,
    PlacementWish Wish,
    string? SignInHost,
    string[] EmailDomains,
    ClientPlan? Client,
    MemberSpec? Administrator)
{
    public Pattern Pattern => Wish.Pattern;

    public IEnumerable<WantedName> Names =>
    [
        new(NameKind.Slug, Slug.Value, OnboardingErrors.SlugTaken()),
        .. SignInHost is null ? (IEnumerable<WantedName>)[] : [new(NameKind.Host, SignInHost, OnboardingErrors.HostTaken())],
        .. WantedName.OfEmailDomains(EmailDomains),
        .. Client is null ? (IEnumerable<WantedName>)[] : [new(NameKind.ClientId, Client.Spec.ClientId.Value, OnboardingErrors.SlugTaken())],
    ];

    /// <param name="administered">Whether there must be an administrator; an import's people come as users.</param>
    public static OnboardingPlan Read(Check check, OnboardingRequest request, Issuers issuers, bool administered = true)
    {
        var slug = TenantNames.ReadSlug(check, request.Slug);
        var displayName = check.OptionalText(request.DisplayName, "display_name", 100) ?? request.Slug ?? "";
        var pattern = check.OneOf(request.Pattern, "pattern", "shared", "hybrid", "dedicated") switch
        {
            "shared" => Pattern.Shared,
            "dedicated" => Pattern.Dedicated,
            _ => Pattern.Hybrid,
        };
        var wish = PlacementWish.Read(
            check, pattern, request.Cell, request.Pool, request.Region, request.Residency, request.Tier, request.Canary);
        var home = pattern == Pattern.Shared ? ReadNoHome(check, request) : ReadHome(check, request, issuers.AuthHost);
        if (administered && request.Administrator is null)
        {
            check.Fail(HttpErrors.Required("administrator"));
        }

        var administrator = administered ? (request.Administrator ?? new AccountRequest()).ReadFor(pattern, check, "administrator.") : null;
        return new OnboardingPlan(
            slug, displayName, wish, home.Host, home.EmailDomains, home.Client, administrator);
    }

    private static (string? Host, string[] EmailDomains, ClientPlan? Client) ReadHome(Check check, OnboardingRequest request, Uri authHost)
    {
        var host = TenantNames.ReadHost(check, request.Slug, request.Host, authHost);
        var domains = TenantNames.ReadEmailDomains(check, request.EmailDomains);
        if (request.Client is null)
        {
            check.Fail(HttpErrors.Required("client"));
        }

        return (host, domains, ClientPlan.Read(check, request.Client ?? new ClientRequest(), "client."));
    }

    private static (string? Host, string[] EmailDomains, ClientPlan? Client) ReadNoHome(Check check, OnboardingRequest request)
    {
        foreach (var (given, field) in new[] { (request.Client is not null, "client"), (request.Host is not null, "host"), (request.EmailDomains is not null, "email_domains") })
        {
            if (given)
            {
                check.Fail(HttpErrors.Invalid(field, "A shared tenant signs in through its shared realm and has none of its own. Leave it out."));
            }
        }

        return (null, [], null);
    }
}
