using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Tessera.Contracts.Ids;

/// <summary>One customer of the SaaS: a UUID version 7 that never changes. Written as 36 lower-case characters.</summary>
[JsonConverter(typeof(IdJsonConverter<TenantId>))]
public readonly record struct TenantId(Guid Value) : IId<TenantId>
{
    public static TenantId New() => new(Guid.CreateVersion7());

    /// <summary>Accepts the form it is written in alone; the empty UUID is no tenant.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TenantId id)
    {
        var parsed = Uuid.TryRead(text, out var value);
        id = new TenantId(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
