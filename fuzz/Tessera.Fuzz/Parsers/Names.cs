using System.Net;
using System.Text.RegularExpressions;
using Tessera.Cell.Accounts;
using Tessera.Cell.BackChannel;
using Tessera.Cell.Device;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Onboarding;
using Usernames = Tessera.Cell.Accounts.Username;

namespace Tessera.Fuzz.Parsers;

/// <summary>Names people and tenants choose: what is taken for the same is the same, and nothing else.</summary>
internal static partial class Names
{
    private static readonly Uri AuthHost = new("https://auth.example.com");

    public static Parser Host { get; } = new("host", [typeof(HostNames), typeof(Check)], text =>
    {
        foreach (var scheme in new[] { "https", "http" })
        {
            if (Taken(check => HostNames.Authority(check, text, "host", scheme)) is { } host)
            {
                Promise.Same(host, Taken(check => HostNames.Authority(check, host, "host", scheme)), "A host is stored in the form it is compared in");
                Promise.Same(host, Taken(check => HostNames.Authority(check, text.ToUpperInvariant(), "host", scheme)), "Case makes no other host");
                Promise.Same(host, new Uri($"{scheme}://{host}/").Authority, "A host is what an address says");
                Promise.That(host.All(c => c is > ' ' and < '\u007f' and not (>= 'A' and <= 'Z')) && !host.EndsWith('.'), "A host is lower-case ASCII without a dot at its end");
            }
        }
    });

    public static Parser EmailDomain { get; } = new("email-domain", [typeof(HostNames)], text =>
    {
        if (Taken(check => HostNames.EmailDomain(check, text, "domain")) is { } domain)
        {
            Promise.Same(domain, Taken(check => HostNames.EmailDomain(check, text.ToUpperInvariant(), "domain")), "Case makes no other domain");
            Promise.That(domain.All(c => c is > ' ' and < '\u007f' and not (>= 'A' and <= 'Z')) && !domain.EndsWith('.'), "A domain is lower-case ASCII without a dot at its end");
        }
    });

    public static Parser SignInHost { get; } = new("sign-in-host", [typeof(TenantNames)], text =>
    {
        if (Taken(check => TenantNames.ReadHost(check, "acme", text, AuthHost)) is { } host)
        {
            var name = host.Split(':')[0];
            Promise.That(name != AuthHost.Host && (host == "acme.auth.example.com" || name.Split('.', 2)[1] != AuthHost.Host), "No tenant has the platform's host, or another slug's");
        }
    });

    public static Parser Slug { get; } = new("tenant-slug", [typeof(TenantNames)], text =>
    {
        var check = new Check();
        var slug = TenantNames.ReadSlug(check, text);
        Promise.That(check.Failed(out _) || slug.Value == text, "A slug is taken as it is written or not at all");
    });

    public static Parser RedirectUri { get; } = new("redirect-uri", [typeof(RedirectUris)], text =>
    {
        if (Taken(check => RedirectUris.Read(check, text, "redirect_uri")) is not { } taken)
        {
            return;
        }

        Promise.Same(text, taken, "A redirect URI is kept as it is given");
        var parts = WrittenAddress().Match(text);
        Promise.That(parts.Success, "A redirect URI begins with http:// or https:// and a host");
        var (host, uri) = (parts.Groups["host"].Value, new Uri(text));
        Promise.Same(host, uri.IdnHost.Contains(':', StringComparison.Ordinal) ? $"[{uri.IdnHost}]" : uri.IdnHost, "Its host is the one that is written");
        Promise.That(parts.Groups["scheme"].Value == "https" || host is "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal) || IPAddress.IsLoopback(IPAddress.Parse(host.Trim('[', ']'))), "In plain text to this machine alone");
        Promise.That(!text.Contains('@', StringComparison.Ordinal) || text.IndexOf('@', StringComparison.Ordinal) > parts.Length, "It names no user");
    });

    public static Parser Username { get; } = new("username", [typeof(Usernames)], text =>
    {
        var normal = Usernames.Normalize(text);
        if (!Usernames.IsValid(text))
        {
            return;
        }

        Promise.That(Usernames.IsValid(normal), "The form to compare is a name too");
        Promise.Same(normal, Usernames.Normalize(normal), "The form to compare is its own");
        Promise.Same(normal, Usernames.Normalize(text.ToUpperInvariant()), "Case makes no other name");
        Promise.That(normal.Length is > 0 and <= Usernames.MaxLength && !normal.Any(char.IsWhiteSpace) && !normal.Any(char.IsControl), "A name is one short word");
    });

    public static Parser Account { get; } = new("account", [typeof(AccountRules)], text =>
    {
        if (AccountRules.Fault("ada", text, text) is { } fault)
        {
            Promise.That(!fault.Message.Contains(text, StringComparison.Ordinal) || text.Length < 20, "A refusal does not repeat what was sent");
            return;
        }

        Promise.That(text.Length <= 254 && text.Contains('@', StringComparison.Ordinal), "An address is short and has a domain");
        Promise.That(!text.Any(char.IsControl), "An address is one line"); // or it begins a header of its own in a mail
    });

    public static Parser UserCode { get; } = new("user-code", [typeof(UserCodes)], text =>
    {
        if (UserCodes.Normalize(text) is { } code)
        {
            Promise.That(code.Length == UserCodes.Length && code.All(UserCodes.Alphabet.Contains), "A user code is eight letters of its alphabet");
            Promise.Same(code, UserCodes.Normalize(code), "The letters are their own form");
            Promise.Same(code, UserCodes.Normalize($"{code[..4].ToLowerInvariant()}-{code[4..]}"), "A hyphen and small letters make no other code");
        }
    });

    public static Parser Address { get; } = new("address", [typeof(PublicAddress)], text =>
    {
        if (!IPAddress.TryParse(text, out var address))
        {
            return;
        }

        var open = PublicAddress.Is(address, loopbackToo: false);
        Promise.That(!open || !IPAddress.IsLoopback(address), "This machine is not public");
        Promise.Same(open, PublicAddress.Is(address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? address.MapToIPv6() : address, loopbackToo: false), "An address in IPv6's clothes is the same address");
        if (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && address.GetAddressBytes() is [var first, var second, _, _])
        {
            Promise.That(!open || !(first is 0 or 10 or 127 or >= 224 || (first, second) is (172, >= 16 and < 32) or (192, 168) or (169, 254) or (100, >= 64 and < 128)), "What is not of the internet is not public");
        }
    });

    private static string? Taken(Func<Check, string> read)
    {
        var check = new Check();
        var text = read(check);
        return check.Failed(out _) ? null : text;
    }

    [GeneratedRegex(@"\A(?<scheme>https?)://(?<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?(?=[/?]|\z)", RegexOptions.ExplicitCapture)]
    private static partial Regex WrittenAddress();
}
