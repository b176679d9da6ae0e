using System.Text;
using System.Text.Json;

namespace Tessera.AspNetCore.Tenancy;

/// <summary>
/// The <c>tenant_id</c> and <c>tenantId</c> members, in any case, as model binding would take them, of a JSON object or of
/// the objects of an array. Deeper ones are left alone: they are of other systems' tenants as often as not.
/// </summary>
internal static class JsonTenants
{
    private static readonly string[] Members = ["tenant_id", "tenantId"];

    // As lenient as any reader behind it might be.
    private static readonly JsonReaderOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static List<(string Name, string? Value)> Find(ReadOnlySpan<byte> json)
    {
        var found = new List<(string, string?)>();
        var text = json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;
        var reader = new Utf8JsonReader(text, isFinalBlock: false, new JsonReaderState(Lenient));
        try
        {
            var depth = reader.Read() && reader.TokenType == JsonTokenType.StartArray ? 2 : 1;
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == depth && reader.GetString() is { } name
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
