using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;

namespace Tessera.ControlPlane.Onboarding;

/// <summary>Which slugs and sign-in hosts can be had at all.</summary>
internal static class TenantNames
{
    // Names of the platform's own parts, and names people would take for them.
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "account", "accounts", "admin", "api", "app", "auth", "billing", "cdn", "console", "dashboard", "directory", "docs", "feed",
        "ftp", "help", "id", "identity", "idp", "imap", "localhost", "login", "mail", "mx", "ns1", "ns2", "oauth", "oauth2", "orders",
        "pop", "root", "route", "router", "security", "signin", "smtp", "sso", "static", "status", "support", "system", "tessera",
        "wpad", "www",
    };

    public static Slug ReadSlug(Check check, string? text)
    {
        if (!Slug.TryParse(check.Text(text, "slug", 40), out var slug))
        {
            check.Fail(HttpErrors.Invalid("slug", "Give 2 to 40 lower-case letters, digits and inner hyphens."));
        }
        else if (Reserved.Contains(slug.Value))
        {
            check.Fail(OnboardingErrors.SlugReserved());
        }

        return slug;
    }

    /// <summary>The host asked for, or the slug's own. Every slug's host lies right below the auth host, so no tenant may name one of those but its own.</summary>
    public static string ReadHost(Check check, string? slug, string? asked, Uri authHost)
    {
        var own = $"{slug}.{authHost.Authority}";
        if (asked is null)
        {
            return own;
        }

        var host = HostNames.Authority(check, asked, "host", authHost.Scheme);
        var name = host.Split(':')[0];
        var parent = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];
        if (host != own && (name == authHost.Host || parent == authHost.Host))
        {
            check.Fail(OnboardingErrors.HostReserved());
        }

        return host;
    }

    public static string[] ReadEmailDomains(Check check, IReadOnlyList<string?>? asked) =>
        check.List(asked, "email_domains", 20, (text, field) => HostNames.EmailDomain(check, text, field));
}
