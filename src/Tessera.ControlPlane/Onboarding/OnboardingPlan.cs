using Tessera.Contracts.Ids;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Clients;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;
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

internal sealed record Onboarded(TenantView Tenant, ClientMade Client, AdministratorMade Administrator);

internal sealed record AdministratorMade(Guid Sub, string Username);

/// <summary>A tenant to be, whose every value has been checked.</summary>
internal sealed record OnboardingPlan(
    Slug Slug,
    string DisplayName,
    Pattern Pattern,
    CellId? Cell,
    string? Region,
    string SignInHost,
    string[] EmailDomains,
    ClientPlan Client,
    AccountSpec? Administrator)
{
    private const int MostEmailDomains = 20;

    // Names of the platform's own parts, and names people would take for them.
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "account", "accounts", "admin", "api", "app", "auth", "billing", "cdn", "console", "dashboard", "directory", "docs", "feed",
        "ftp", "help", "id", "identity", "idp", "imap", "localhost", "login", "mail", "mx", "ns1", "ns2", "oauth", "oauth2", "orders",
        "pop", "root", "route", "router", "security", "signin", "smtp", "sso", "static", "status", "support", "system", "tessera",
        "wpad", "www",
    };

    /// <param name="administered">Whether there must be an administrator; an import's people come as users.</param>
    public static OnboardingPlan Read(Check check, OnboardingRequest request, Issuers issuers, bool administered = true)
    {
        if (!Slug.TryParse(check.Text(request.Slug, "slug", 40), out var slug))
        {
            check.Fail(HttpErrors.Invalid("slug", "Give 2 to 40 lower-case letters, digits and inner hyphens."));
        }
        else if (Reserved.Contains(slug.Value))
        {
            check.Fail(OnboardingErrors.SlugReserved());
        }

        var displayName = check.OptionalText(request.DisplayName, "display_name", 100) ?? request.Slug ?? "";
        var pattern = check.OneOf(request.Pattern, "pattern", "hybrid", "dedicated") == "dedicated" ? Pattern.Dedicated : Pattern.Hybrid;
        CellId cell = default;
        if (request.Cell is not null && !CellId.TryParse(request.Cell, out cell))
        {
            check.Fail(HttpErrors.Invalid("cell", "Give a cell's id, such as eu-1."));
        }

        var region = check.OptionalText(request.Region, "region", 45);
        var host = ReadHost(check, request, issuers.AuthHost);
        var domains = check.List(request.EmailDomains, "email_domains", MostEmailDomains, (text, field) => HostNames.EmailDomain(check, text, field));
        if (request.Client is null)
        {
            check.Fail(HttpErrors.Required("client"));
        }

        var client = ClientPlan.Read(check, request.Client ?? new ClientRequest(), "client.");
        if (administered && request.Administrator is null)
        {
            check.Fail(HttpErrors.Required("administrator"));
        }

        var administrator = administered ? (request.Administrator ?? new AccountRequest()).Read(check, "administrator.") : null;
        return new OnboardingPlan(slug, displayName, pattern, request.Cell is null ? null : cell, region, host, domains, client, administrator);
    }

    // Every slug's host lies right below the auth host, so no tenant may name one of those but its own.
    private static string ReadHost(Check check, OnboardingRequest request, Uri authHost)
    {
        var own = $"{request.Slug}.{authHost.Authority}";
        if (request.Host is null)
        {
            return own;
        }

        var host = HostNames.Authority(check, request.Host, "host", authHost.Scheme);
        var name = host.Split(':')[0];
        var parent = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];
        if (host != own && (name == authHost.Host || parent == authHost.Host))
        {
            check.Fail(OnboardingErrors.HostReserved());
        }

        return host;
    }
}
