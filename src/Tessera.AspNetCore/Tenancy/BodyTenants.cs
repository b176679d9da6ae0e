using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Tessera.AspNetCore.Tenancy;

/// <summary>
/// The top-level <c>tenant_id</c> and <c>tenantId</c> members of a JSON body, in any case, as model binding would take
/// them. Looks at the first 64 KiB, which it leaves to be read again.
/// </summary>
internal static class BodyTenants
{
    private const int Most = 64 * 1024;
    private static readonly string[] Members = ["tenant_id", "tenantId"];

    // As lenient as any reader behind it might be.
    private static readonly JsonReaderOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <returns>Each member with its text; null stands for a value that is no text.</returns>
    public static async Task<IReadOnlyList<(string Name, string? Value)>> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!request.HasJsonContentType() || request.ContentLength == 0)
        {
            return [];
        }

        request.EnableBuffering(Most);
        var buffer = new byte[(int)Math.Min(request.ContentLength ?? Most, Most)];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        request.Body.Position = 0;
        return Find(Encoding.Convert(EncodingOf(request), Encoding.UTF8, buffer, 0, length));
    }

    private static Encoding EncodingOf(HttpRequest request)
    {
        try
        {
            return request.GetTypedHeaders().ContentType?.Encoding ?? Encoding.UTF8;
        }
        catch (NotSupportedException)
        {
            return Encoding.UTF8; // UTF-7, which .NET refuses to read, here and wherever the body is read after
        }
    }

    private static List<(string, string?)> Find(ReadOnlySpan<byte> json)
    {
        var found = new List<(string, string?)>();
        var text = json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;
        var reader = new Utf8JsonReader(text, isFinalBlock: false, new JsonReaderState(Lenient));
        try
        {
            while (reader.Read())
            {
                if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 } && reader.GetString() is { } name
                    && Members.Contains(name, StringComparer.OrdinalIgnoreCase) && reader.Read() && reader.TokenType != JsonTokenType.Null)
                {
                    found.Add((name, reader.TokenType == JsonTokenType.String ? reader.GetString() : null));
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON after all; whoever reads the body says so.
        }

        return found;
    }
}
