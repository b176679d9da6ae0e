using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tessera.Contracts.Keys;

namespace Tessera.ControlPlane.Cells;

/// <summary>An answer that a cell has signed with the key it joined with.</summary>
internal static class SignedAnswer
{
    /// <summary>The answer, or null where another signed it, it is of another kind, or it cannot be read. Whom it is about is for the caller to see.</summary>
    public static T? Read<T>(CellDoor cell, byte[] body, string mediaType, JsonTypeInfo<T> type) where T : class =>
        CompactJws.TryVerify(Encoding.UTF8.GetString(body).Trim(), mediaType, cell.Key, out var payload) ? Parse(payload, type) : null;

    /// <summary>What was signed, or null where it cannot be read.</summary>
    public static T? Parse<T>(byte[] payload, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(payload, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
