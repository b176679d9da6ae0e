using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Tessera.Contracts.Ids;

/// <summary>Signing keys and default policy inside one cell: a UUID version 7.</summary>
[JsonConverter(typeof(IdJsonConverter<PoolId>))]
public readonly record struct PoolId(Guid Value) : IId<PoolId>
{
    public static PoolId New() => new(Guid.CreateVersion7());

    /// <summary>Accepts the 36-character form alone; the empty UUID is no pool.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PoolId id)
    {
        var parsed = Guid.TryParseExact(text, "D", out var value) && value != Guid.Empty;
        id = new PoolId(parsed ? value : Guid.Empty);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
