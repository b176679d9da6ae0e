using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Tessera.Contracts.Ids;

/// <summary>A standalone unit with its own process, database and keys: <c>eu-1</c>. At most 32 characters.</summary>
[JsonConverter(typeof(IdJsonConverter<CellId>))]
public readonly partial record struct CellId : IId<CellId>
{
    private readonly string? _value;

    private CellId(string value) => _value = value;

    /// <exception cref="InvalidOperationException">The id was never set.</exception>
    public string Value => _value ?? throw new InvalidOperationException("The cell id was never set.");

    public static bool TryParse([NotNullWhen(true)] string? text, out CellId id)
    {
        var parsed = text is { Length: <= 32 } && Form().IsMatch(text);
        id = parsed ? new CellId(text!) : default;
        return parsed;
    }

    public override string ToString() => Value;

    [GeneratedRegex(@"\A[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex Form();
}
