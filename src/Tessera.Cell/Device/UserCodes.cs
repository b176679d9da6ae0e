using OpenIddict.Abstractions;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Tessera.Cell.Device;

/// <summary>What a user code stands for: the device's client, waiting.</summary>
/// <param name="Code">As people are shown it, <c>BCDF-GHJK</c>.</param>
internal sealed record UserCode(string Code, ClientRow Client);

/// <summary>How looking a user code up ended.</summary>
internal abstract record UserCodeResult
{
    private UserCodeResult()
    {
    }

    public sealed record Found(UserCode Code) : UserCodeResult;

    /// <summary>Wrong, used or expired; which of them is not told.</summary>
    public sealed record Unknown : UserCodeResult;

    public sealed record TooMany : UserCodeResult;
}

/// <summary>Looks user codes of the realm in hand up, within the limit. The only way to them.</summary>
internal sealed class UserCodes(IOpenIddictTokenManager tokens, IOpenIddictApplicationManager clients, UserCodeLimit limit, RealmScope scope, TimeProvider time)
{
    /// <summary>Consonants that are hard to mistake and spell no word (RFC 8628, section 6.1).</summary>
    public const string Alphabet = "BCDFGHJKLMNPQRSTVWXZ";
    public const int Length = 8;

    public async Task<UserCodeResult> FindAsync(HttpContext http, string text)
    {
        var source = http.Connection.RemoteIpAddress?.ToString() ?? "";
        if (limit.IsReached(scope.Realm.Id, source))
        {
            return new UserCodeResult.TooMany();
        }

        var code = Normalize(text);
        if (code is not null
            && await tokens.FindByReferenceIdAsync(code, http.RequestAborted) is TokenRow { ApplicationId: { } application, Status: Statuses.Valid } token
            && token.Type == TokenTypeIdentifiers.Private.UserCode
            && token.ExpirationDate > time.GetUtcNow().UtcDateTime
            && await clients.FindByIdAsync(application.ToString(), http.RequestAborted) is ClientRow client)
        {
            return new UserCodeResult.Found(new UserCode($"{code[..4]}-{code[4..]}", client));
        }

        limit.Count(scope.Realm.Id, source);
        return new UserCodeResult.Unknown();
    }

    /// <summary>The letters alone, in capitals; null if that is no code.</summary>
    public static string? Normalize(string text)
    {
        var letters = text.Length > 64 ? "" : string.Concat(text.ToUpperInvariant().Where(Alphabet.Contains));
        return letters.Length == Length ? letters : null;
    }
}
