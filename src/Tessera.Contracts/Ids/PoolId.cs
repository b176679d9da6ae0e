using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Tessera.Contracts.Ids;

/// <summary>Signing keys and default policy inside one cell: a UUID version 7.</summary>
[JsonConverter(typeof(IdJsonConverter<PoolId>))]
public readonly record struct PoolId(Guid Value) : IId<PoolId>
{
    public static PoolId New() => new(Guid.CreateVersion7());

    /// <summary>Accepts the form it is written in alone; the empty UUID is no pool.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PoolId id)
    {
        var parsed = Uuid.TryRead(text, out var value);
        id = new PoolId(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
