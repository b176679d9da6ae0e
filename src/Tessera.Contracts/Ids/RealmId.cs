using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Tessera.Contracts.Ids;

/// <summary>
/// An issuer and all that belongs to it. Has the form of an Amazon Cognito pool id, <c>eu-central-1_Ab3dE5gH9</c>:
/// the region of birth (never used for routing), an underscore, nine letters or digits.
/// </summary>
[JsonConverter(typeof(IdJsonConverter<RealmId>))]
public readonly partial record struct RealmId : IId<RealmId>
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private readonly string? _value;

    private RealmId(string value) => _value = value;

    /// <exception cref="InvalidOperationException">The id was never set.</exception>
    public string Value => _value ?? throw new InvalidOperationException("The realm id was never set.");

    /// <summary>The region the realm was born in, for instance <c>eu-central-1</c>.</summary>
    public string Region => Value[..Value.IndexOf('_', StringComparison.Ordinal)];

    /// <summary>A new random realm id, born in <paramref name="region"/>.</summary>
    /// <exception cref="ArgumentException">The region has not the form <c>eu-central-1</c>.</exception>
    public static RealmId New(string region) =>
        TryParse($"{region}_{RandomNumberGenerator.GetString(Alphabet, 9)}", out var id)
            ? id
            : throw new ArgumentException($"'{region}' is not a region such as eu-central-1.", nameof(region));

    public static bool TryParse([NotNullWhen(true)] string? text, out RealmId id)
    {
        var parsed = text is { Length: <= 55 } && Form().IsMatch(text);
        id = parsed ? new RealmId(text!) : default;
        return parsed;
    }

    public override string ToString() => Value;

    [GeneratedRegex(@"\A[a-z]{2}(-[a-z]+){1,2}-[0-9]{1,2}_[A-Za-z0-9]{9}\z")]
    private static partial Regex Form();
}
