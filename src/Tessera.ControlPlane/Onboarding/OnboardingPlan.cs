using Tessera.Contracts.Ids;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Clients;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;
using Tessera.ControlPlane.Users;

namespace Tessera.ControlPlane.Onboarding;

internal sealed record OnboardingRequest(
    string? Slug = null,
    string? DisplayName = null,
    string? Pattern = null,
    string? Cell = null,
    string? Region = null,
    string? Host = null,
    IReadOnlyList<string?>? EmailDomains = null,
    ClientRequest? Client = null,
    AccountRequest? Administrator = null);

/// <param name="Client">The tenant's own client; of a shared tenant its shared realm's default client, whose secret is not told.</param>
internal sealed record Onboarded(TenantView Tenant, ClientMade Client, AdministratorMade Administrator);

internal sealed record AdministratorMade(Guid Sub, string Username);

/// <summary>A tenant to be, whose every value has been checked.</summary>
/// <param name="SignInHost">Absent where the tenant is shared, as are its client and e-mail domains.</param>
internal sealed record OnboardingPlan(
    Slug Slug,
    string DisplayName,
    Pattern Pattern,
    CellId? Cell,
    string? Region,
    string? SignInHost,
    string[] EmailDomains,
    ClientPlan? Client,
    MemberSpec? Administrator)
{
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
        CellId cell = default;
        if (request.Cell is not null && !CellId.TryParse(request.Cell, out cell))
        {
            check.Fail(HttpErrors.Invalid("cell", "Give a cell's id, such as eu-1."));
        }

        var region = check.OptionalText(request.Region, "region", 45);
        var home = pattern == Pattern.Shared ? ReadNoHome(check, request) : ReadHome(check, request, issuers.AuthHost);
        if (administered && request.Administrator is null)
        {
            check.Fail(HttpErrors.Required("administrator"));
        }

        var administrator = administered ? (request.Administrator ?? new AccountRequest()).ReadFor(pattern, check, "administrator.") : null;
        return new OnboardingPlan(
            slug, displayName, pattern, request.Cell is null ? null : cell, region, home.Host, home.EmailDomains, home.Client, administrator);
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
