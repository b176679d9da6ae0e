namespace Tessera.SystemTests.Isolation.Wire;

/// <summary>Requests whose end two readers may see in different places, each with another request hidden behind it.</summary>
internal static class SmugglingCorpus
{
    /// <param name="host">Whose request it seems to be.</param>
    /// <param name="hidden">The request that must not come to be.</param>
    public static IEnumerable<(string Name, string Bytes)> All(string host, string hidden)
    {
        string Post(params string[] headers) => $"POST /oauth2/token HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n";
        var (length, chunked) = ($"Content-Length: {hidden.Length}", "Transfer-Encoding: chunked");
        string Zero(string end = "0\r\n\r\n") => end + hidden;

        // Both lengths at once, in every order and spelling that a careless reader lets pass.
        yield return ("length and chunks", Post("Content-Length: 4", chunked) + Zero());
        yield return ("chunks and length", Post(chunked, $"Content-Length: {hidden.Length + 5}") + Zero());
        foreach (var spelling in new[]
        {
            "Transfer-Encoding: xchunked", "Transfer-Encoding : chunked", "Transfer-Encoding:\tchunked", "Transfer-Encoding: \u000bchunked", "Transfer-Encoding: chunked, identity", "Transfer-Encoding: identity, chunked",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: x", "X: y\nTransfer-Encoding: chunked", "Transfer-Encoding\r\n: chunked", " Transfer-Encoding: chunked", "Transfer-Encoding: 'chunked'", "Transfer-Encoding: chunked;q=1", "Transfer_Encoding: chunked", "TRANSFER-ENCODING: CHUNKED", "Transfer-Encoding: c\u0000hunked",
        })
        {
            yield return ($"length and {spelling.ReplaceLineEndings("⏎")}", Post("Content-Length: 5", spelling) + Zero());
            yield return ($"{spelling.ReplaceLineEndings("⏎")} alone", Post(spelling) + Zero());
        }

        // Lengths that are two, or none.
        foreach (var lengths in new[] { "Content-Length: 0\r\n" + length, length + "\r\nContent-Length: 0", "Content-Length: 0, " + hidden.Length, "Content-Length: +0", "Content-Length: -0", "Content-Length: 0x0", "Content-Length: 0\u000b", "Content-Length: 00", "Content-Length : 0", "Content-Length:\r\n 0", "Content-Length: 1e0" })
        {
            yield return ($"{lengths.ReplaceLineEndings("⏎")}", Post(lengths) + hidden);
        }

        // Chunks that end where only one reader looks (CVE-2025-55315 and its kin).
        foreach (var (name, chunks) in new[]
        {
            ("extension ended by a bare line feed", "2;\nxx\r\n0\r\n\r\n"), ("extension ended by a bare return", "2;a\rxx\r\n0\r\n\r\n"), ("size ended by a bare line feed", "0\n\r\n"), ("size with a sign", "+0\r\n\r\n"), ("size in 0x", "0x0\r\n\r\n"),
            ("size too large for 64 bits", "fffffffffffffffff\r\n"), ("negative size", "-1\r\n\r\n"), ("white space before the size", " 0\r\n\r\n"), ("white space after the size", "0 \r\n\r\n"), ("missing end of chunk", "1\r\nxx0\r\n\r\n"), ("end of chunk by a line feed", "1\r\nx\n0\r\n\r\n"),
            ("trailer with a length", $"0\r\nContent-Length: {hidden.Length}\r\n\r\n"), ("trailer with a host", "0\r\nHost: elsewhere\r\n\r\n"), ("trailers without end", "0\r\nX: y\r\n"), ("two ends", "0\r\n\r\n0\r\n\r\n"),
        })
        {
            yield return (name, Post(chunked) + Zero(chunks));
        }

        // Request lines and heads of which one reader makes two.
        yield return ("a body on GET", $"GET /login HTTP/1.1\r\nHost: {host}\r\n{length}\r\n\r\n{hidden}");
        yield return ("chunks on GET", $"GET /login HTTP/1.1\r\nHost: {host}\r\n{chunked}\r\n\r\n{Zero()}");
        yield return ("chunks in HTTP/1.0", $"POST /oauth2/token HTTP/1.0\r\nHost: {host}\r\nConnection: keep-alive\r\n{chunked}\r\n\r\n{Zero()}");
        yield return ("length named for dropping", Post("Connection: Content-Length", "Content-Length: 0") + hidden);
        yield return ("chunks named for dropping", Post("Connection: Transfer-Encoding", chunked) + Zero());
        yield return ("an expectation", Post("Expect: 100-continue", "Content-Length: 0") + hidden);
        yield return ("an upgrade", $"GET /login HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n{hidden}");
        yield return ("an upgrade to HTTP/2", $"GET /login HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n{hidden}");
        yield return ("heads ended by line feeds", $"POST /oauth2/token HTTP/1.1\nHost: {host}\nContent-Length: 0\n\n{hidden}");
        yield return ("a space in the path", $"GET /login HTTP/1.1\r\nX: /x HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n{hidden}");
        yield return ("a request in a header", $"GET /login HTTP/1.1\r\nHost: {host}\r\nX: a\r\r\n\r\r\n{hidden}");
        yield return ("an empty line first", $"\r\n\r\nGET /login HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n{hidden}");
    }
}
