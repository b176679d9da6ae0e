using System.Text;

namespace Tessera.Benchmarks.Load;

/// <summary>Requests as bytes.</summary>
internal static class HttpText
{
    public static byte[] Get(string host, string target, string? cookie = null) =>
        Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: {host}\r\n{(cookie is null ? "" : $"Cookie: {cookie}\r\n")}\r\n");

    public static byte[] Post(string host, string target, params (string Name, string Value)[] form)
    {
        var body = Form(form);
        return Encoding.ASCII.GetBytes(
            $"POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    public static string Form(params IEnumerable<(string Name, string Value)> fields) =>
        string.Join('&', fields.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}"));

    /// <summary>The text between <paramref name="before"/> and the next <paramref name="end"/>: all the parsing a load client needs.</summary>
    /// <exception cref="InvalidDataException">It is not there.</exception>
    public static string Between(string text, string before, char end)
    {
        var from = text.IndexOf(before, StringComparison.Ordinal);
        if (from < 0)
        {
            throw new InvalidDataException($"There is no {before} in the answer.");
        }

        from += before.Length;
        var to = text.IndexOf(end, from);
        return Uri.UnescapeDataString(to < 0 ? text[from..] : text[from..to]);
    }
}
