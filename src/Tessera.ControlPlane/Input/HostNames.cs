using System.Globalization;
using System.Text.RegularExpressions;
using Tessera.ControlPlane.Http;

namespace Tessera.ControlPlane.Input;

/// <summary>
/// DNS names as they are stored: lower case, ASCII. Other scripts are taken in their xn-- form only, so that what is
/// compared is what DNS compares.
/// </summary>
internal static partial class HostNames
{
    // Whoever reads mail at one of these is not thereby of one company.
    private static readonly HashSet<string> PublicMail = new(StringComparer.Ordinal)
    {
        "aol.com", "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com", "icloud.com", "live.com", "mail.ru",
        "me.com", "msn.com", "outlook.com", "proton.me", "protonmail.com", "qq.com", "web.de", "yahoo.com", "yandex.ru", "zoho.com",
    };

    /// <summary>A host of two labels or more, with a port where it is not the default of <paramref name="scheme"/>.</summary>
    public static string Authority(Check check, string text, string field, string scheme)
    {
        var parts = text.Split(':');
        var host = IsDomain(parts[0]) ? parts[0].ToLowerInvariant() : null;
        var port = parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is > 0 and <= 65535 ? number : 0;
        if (host is null || parts.Length > 2 || (parts.Length == 2 && port == 0))
        {
            check.Fail(HttpErrors.Invalid(field, "Give a host name such as login.example.com, in ASCII, with a port only where it is not the usual one."));
            return "";
        }

        var usual = scheme == Uri.UriSchemeHttps ? 443 : 80;
        return port == 0 || port == usual ? host : $"{host}:{port}";
    }

    public static string EmailDomain(Check check, string text, string field)
    {
        if (!IsDomain(text))
        {
            check.Fail(HttpErrors.Invalid(field, "Give a domain such as example.com, in ASCII."));
            return "";
        }

        var domain = text.ToLowerInvariant();
        if (PublicMail.Contains(domain))
        {
            check.Fail(HttpErrors.Invalid(field, "The domain belongs to a public mail service and cannot be one tenant's."));
        }

        return domain;
    }

    // The last label has a letter first, which keeps IP addresses out.
    private static bool IsDomain(string text) => text.Length <= 253 && Domain().IsMatch(text);

    [GeneratedRegex(@"\A([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\z")]
    private static partial Regex Domain();
}
