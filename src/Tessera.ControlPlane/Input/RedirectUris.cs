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
            && NamesNoUser(uri)
            && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && IsLoopback(uri)))
            && uri.Host.Length > 0 && IsWrittenPlainly(text, uri);
        if (!wellFormed)
        {
            check.Fail(HttpErrors.Invalid(field, "Give an absolute https address (http for localhost), its host in lower case, without fragment, user or wildcard, of at most 2048 characters."));
        }

        return text;
    }

    private static bool NamesNoUser(Uri uri) => uri.UserInfo.Length == 0;

    // 127.1 and 0x7f.1 are this machine too; capitals, an empty port or an empty user are a second text of one address.
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
