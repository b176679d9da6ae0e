using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Tessera.Contracts.Ids;

/// <summary>An app client's id: random, unique over all cells, never reused. New ones have 26 characters.</summary>
[JsonConverter(typeof(IdJsonConverter<ClientId>))]
public readonly partial record struct ClientId : IId<ClientId>
{
    private readonly string? _value;

    private ClientId(string value) => _value = value;

    /// <exception cref="InvalidOperationException">The id was never set.</exception>
    public string Value => _value ?? throw new InvalidOperationException("The client id was never set.");

    public static ClientId New() => new(RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 26));

    public static bool TryParse([NotNullWhen(true)] string? text, out ClientId id)
    {
        var parsed = text is not null && Form().IsMatch(text);
        id = parsed ? new ClientId(text!) : default;
        return parsed;
    }

    public override string ToString() => Value;

    [GeneratedRegex(@"\A[A-Za-z0-9_+]{1,128}\z")]
    private static partial Regex Form();
}
