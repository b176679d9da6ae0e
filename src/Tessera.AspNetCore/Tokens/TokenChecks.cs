using System.Text.Json;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;

namespace Tessera.AspNetCore.Tokens;

/// <summary>One rule each; null means that it holds.</summary>
internal static class TokenChecks
{
    // RFC 7515 section 4.1: each of these lets the token say how, or by whom, it is to be verified.
    private static readonly string[] ForbiddenHeaders = ["jwk", "jku", "x5u", "x5c", "crit", "zip"];

    public static TokenFailure? HeaderIsPlain(TokenCandidate candidate) =>
        ForbiddenHeaders.Any(name => candidate.Token.Header.TryGetProperty(name, out _)) ? TokenFailure.ForbiddenHeader : null;

    public static TokenFailure? AlgorithmIsAllowed(TokenCandidate candidate) =>
        CompactToken.Text(candidate.Token.Header, "alg") is "ES256" or "RS256" ? null : TokenFailure.AlgorithmNotAllowed;

    public static TokenFailure? TypeIsAccessToken(TokenCandidate candidate) =>
        CompactToken.Text(candidate.Token.Header, "typ") == "at+jwt" ? null : TokenFailure.WrongType;

    public static TokenFailure? TenantIsKnown(TokenCandidate candidate)
    {
        if (!TenantId.TryParse(CompactToken.Text(candidate.Token.Payload, "tenant_id"), out var id))
        {
            return TokenFailure.TenantMissing;
        }

        candidate.Tenant = candidate.Directory.TryGet(id, out var tenant) ? tenant : null;
        return candidate.Tenant is null ? TokenFailure.TenantUnknown : null;
    }

    public static TokenFailure? IssuerIsTheTenants(TokenCandidate candidate)
    {
        candidate.Home = TokenHome.Of(candidate.Tenant!, CompactToken.Text(candidate.Token.Payload, "iss"), candidate.Directory);
        return candidate.Home is null ? TokenFailure.IssuerMismatch : null;
    }

    public static TokenFailure? KeyIsOfTheIssuersPool(TokenCandidate candidate)
    {
        if (!candidate.Directory.TryGet(candidate.Home!.Pool, out var pool))
        {
            return TokenFailure.PoolUnknown;
        }

        var kid = CompactToken.Text(candidate.Token.Header, "kid");
        candidate.Key = pool.Keys.FirstOrDefault(key => key.Kid == kid);
        return candidate.Key is null ? TokenFailure.KeyNotOfPool
            : candidate.Key.Alg != CompactToken.Text(candidate.Token.Header, "alg") ? TokenFailure.AlgorithmNotAllowed
            : null;
    }

    public static TokenFailure? SignatureHolds(TokenCandidate candidate) =>
        TokenSignature.Holds(candidate.Key!, candidate.Token) ? null : TokenFailure.SignatureInvalid;

    public static TokenFailure? ClientIsTheIssuers(TokenCandidate candidate) =>
        ClientId.TryParse(CompactToken.Text(candidate.Token.Payload, "client_id"), out var client) && candidate.Home!.Clients.Contains(client)
            ? null
            : TokenFailure.ClientNotOfTenant;

    public static TokenFailure? AudienceIsThisApi(TokenCandidate candidate) =>
        candidate.Options.Audience is not { } audience || Audiences(candidate.Token.Payload).Contains(audience) ? null : TokenFailure.AudienceMismatch;

    public static TokenFailure? UseIsAccess(TokenCandidate candidate) =>
        CompactToken.Text(candidate.Token.Payload, "token_use") == "access" ? null : TokenFailure.NotAnAccessToken;

    public static TokenFailure? SubjectIsThere(TokenCandidate candidate) =>
        string.IsNullOrEmpty(CompactToken.Text(candidate.Token.Payload, "sub")) ? TokenFailure.SubjectMissing : null;

    public static TokenFailure? TimeIsRight(TokenCandidate candidate)
    {
        var (payload, now, skew) = (candidate.Token.Payload, candidate.Now, candidate.Options.ClockSkew);
        if (!TryGetTime(payload, "exp", out var expires) || expires is null
            || !TryGetTime(payload, "iat", out var issued) || issued is null
            || !TryGetTime(payload, "nbf", out var notBefore))
        {
            return TokenFailure.TimeInvalid;
        }

        return now - skew >= expires ? TokenFailure.Expired
            : notBefore > now + skew || issued > now + skew ? TokenFailure.NotYetValid
            : null;
    }

    // Both members are there: the checks before have seen to it.
    public static TokenFailure? IsNotRevoked(TokenCandidate candidate) =>
        TryGetTime(candidate.Token.Payload, "iat", out var issued) && issued is { } at
        && !candidate.Directory.IsRevoked(
            candidate.Tenant!.TenantId, CompactToken.Text(candidate.Token.Payload, "sub")!,
            CompactToken.Text(candidate.Token.Payload, "sid"), CompactToken.Text(candidate.Token.Payload, "oi_au_id"), at.ToUnixTimeSeconds())
            ? null
            : TokenFailure.Revoked;

    public static TokenFailure? TenantIsActive(TokenCandidate candidate) =>
        candidate.Tenant!.State == TenantState.Active ? null : TokenFailure.TenantNotActive;

    // RFC 7519 section 4.1.3: one text, or an array of them.
    private static IEnumerable<string?> Audiences(JsonElement payload) =>
        !payload.TryGetProperty("aud", out var audience) ? []
        : audience.ValueKind == JsonValueKind.String ? [audience.GetString()]
        : audience.ValueKind == JsonValueKind.Array ? audience.EnumerateArray().Where(a => a.ValueKind == JsonValueKind.String).Select(a => a.GetString())
        : [];

    // False when the member is there but no whole number of seconds within the calendar.
    private static bool TryGetTime(JsonElement payload, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!payload.TryGetProperty(name, out var value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var seconds) || seconds < 0 || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return false;
        }

        time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return true;
    }
}
