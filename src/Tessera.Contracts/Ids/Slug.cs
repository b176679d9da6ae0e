using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Tessera.Contracts.Ids;

/// <summary>A tenant's public name and the first label of its sign-in host: 2 to 40 lower-case letters, digits and inner hyphens.</summary>
[JsonConverter(typeof(IdJsonConverter<Slug>))]
public readonly partial record struct Slug : IId<Slug>
{
    private readonly string? _value;

    private Slug(string value) => _value = value;

    /// <exception cref="InvalidOperationException">The slug was never set.</exception>
    public string Value => _value ?? throw new InvalidOperationException("The slug was never set.");

    public static bool TryParse([NotNullWhen(true)] string? text, out Slug slug)
    {
        var parsed = text is not null && Form().IsMatch(text);
        slug = parsed ? new Slug(text!) : default;
        return parsed;
    }

    public override string ToString() => Value;

    // "xn--" labels would let one name pass for another.
    [GeneratedRegex(@"\A(?!xn--)[a-z0-9][a-z0-9-]{0,38}[a-z0-9]\z")]
    private static partial Regex Form();
}
