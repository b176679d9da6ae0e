using Tessera.ControlPlane.Http;

namespace Tessera.ControlPlane.Input;

/// <summary>Addresses a browser may be sent back to. They are compared character by character, so they are kept as given.</summary>
internal static class RedirectUris
{
    public const int MostLength = 2048;

    public static string Read(Check check, string text, string field)
    {
        var wellFormed = text.Length <= MostLength
            && text.All(c => c is > ' ' and < '\u007f' and not ('\\' or '*' or '#' or '"' or '<' or '>'))
            && Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri.UserInfo.Length == 0 && !HasUserInfo(text)
            && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && IsLoopback(uri)))
            && uri.Host.Length > 0 && IsWrittenPlainly(text, uri);
        if (!wellFormed)
        {
            check.Fail(HttpErrors.Invalid(field, "Give an absolute https address (http for localhost), its host in lower case, without fragment, user or wildcard, of at most 2048 characters."));
        }

        return text;
    }

    // An empty user ("https://@host/") leaves no trace in Uri.UserInfo.
    private static bool HasUserInfo(string text)
    {
        var authority = text[(text.IndexOf("//", StringComparison.Ordinal) + 2)..];
        var end = authority.AsSpan().IndexOfAny('/', '?');
        return (end < 0 ? authority : authority[..end]).Contains('@', StringComparison.Ordinal);
    }

    // 127.1 and 0x7f.1 are this machine too, and capitals or an empty port are a second text of one address.
    private static bool IsWrittenPlainly(string text, Uri uri)
    {
        var start = $"{uri.Scheme}://{uri.Host}";
        return text.StartsWith(start, StringComparison.Ordinal)
            && text.AsSpan(start.Length) is [] or ['/' or '?', ..] or [':', >= '0' and <= '9', ..];
    }

    private static bool IsLoopback(Uri uri) =>
        uri.Host == "localhost" || uri.Host.EndsWith(".localhost", StringComparison.Ordinal)
        || (uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 && uri.IsLoopback);
}
