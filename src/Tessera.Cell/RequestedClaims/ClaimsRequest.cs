using System.Text.Json;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Tessera.Cell.RequestedClaims;

/// <summary>
/// The <c>claims</c> parameter (OpenID Connect Core, section 5.5), of at most 4 KiB: which single claims are wanted in the id
/// token and from userInfo. Claims there are none of are ignored, essential ones too, as the standard has it.
/// </summary>
internal sealed record ClaimsRequest(IReadOnlySet<string> IdToken, IReadOnlySet<string> UserInfo, string? Subject, bool AcrIsMet)
{
    public const int MostLength = 4 * 1024;

    /// <summary>What can be asked for by name.</summary>
    private static readonly string[] Known = [Claims.Email, Claims.EmailVerified, Claims.Name, Claims.PreferredUsername, Claims.AuthenticationTime, Claims.AuthenticationContextReference];

    // A member that is there twice is read differently by different readers.
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    public static ClaimsRequest None { get; } = new(new HashSet<string>(), new HashSet<string>(), null, AcrIsMet: true);

    /// <summary>The parameter of <paramref name="request"/>, or null if it is not what the standard says it is.</summary>
    public static ClaimsRequest? Read(OpenIddictRequest request)
    {
        if (request.GetParameter(Parameters.Claims) is not { } parameter || OpenIddictParameter.IsNullOrEmpty(parameter))
        {
            return None;
        }

        try
        {
            using var json = JsonDocument.Parse(((string?)parameter) is { Length: <= MostLength } text ? text : "", Strict);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var (idToken, userInfo) = (Member(json.RootElement, "id_token"), Member(json.RootElement, "userinfo"));
            return new ClaimsRequest(Names(idToken), Names(userInfo), Text(idToken, Claims.Subject), IsMet(idToken) && IsMet(userInfo));
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return null; // the latter two for text that is no Unicode
        }
    }

    private static JsonElement? Member(JsonElement? of, string name) =>
        of is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out var member) ? member : null;

    private static HashSet<string> Names(JsonElement? claims) =>
        [.. Known.Where(name => Member(claims, name) is { ValueKind: JsonValueKind.Object or JsonValueKind.Null })];

    private static string? Text(JsonElement? claims, string name) => Member(Member(claims, name), "value") is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    // Section 5.5.1.1: an essential acr that cannot be had is a failed sign-in; a voluntary one is told as it is.
    private static bool IsMet(JsonElement? claims)
    {
        var acr = Member(claims, Claims.AuthenticationContextReference);
        if (Member(acr, "essential") is not { ValueKind: JsonValueKind.True })
        {
            return true;
        }

        var wanted = new List<JsonElement>();
        if (Member(acr, "value") is { } value)
        {
            wanted.Add(value);
        }

        if (Member(acr, "values") is { ValueKind: JsonValueKind.Array } values)
        {
            wanted.AddRange(values.EnumerateArray());
        }

        return wanted.Count == 0 || wanted.Any(element => element.ValueKind == JsonValueKind.String && element.GetString() == AuthenticationContext.Password);
    }
}
