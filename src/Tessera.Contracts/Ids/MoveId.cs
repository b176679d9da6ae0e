using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Tessera.Contracts.Ids;

/// <summary>One attempt to move a tenant, a UUID version 7. An attempt that was rolled back never comes back under its id, so nothing late is mistaken for the next one's.</summary>
[JsonConverter(typeof(IdJsonConverter<MoveId>))]
internal readonly record struct MoveId(Guid Value) : IId<MoveId>
{
    public static MoveId New() => new(Guid.CreateVersion7());

    public static bool TryParse([NotNullWhen(true)] string? text, out MoveId id)
    {
        var parsed = Uuid.TryRead(text, out var value);
        id = new MoveId(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
