using System.Security.Claims;
using System.Text.Json;

namespace Tessera.AspNetCore.Tokens;

/// <summary>What a compact JWS says, taken apart and not yet believed. A member that is there and no text where one belongs reads as empty.</summary>
internal sealed class CompactToken
{
    private CompactToken(byte[] payload) => Payload = payload;

    public string? Algorithm { get; private set; }

    public string? KeyId { get; private set; }

    public string? Type { get; private set; }

    /// <summary>The header says how, or by whom, it is to be verified.</summary>
    public bool HasForbiddenHeader { get; private set; }

    public string? Issuer { get; private set; }

    public string? Subject { get; private set; }

    public string? ClientId { get; private set; }

    public string? TenantId { get; private set; }

    /// <summary>The <c>custom:tenant_id</c> of Amazon Cognito.</summary>
    public string? CustomTenantId { get; private set; }

    public string? Use { get; private set; }

    /// <summary>The <c>sid</c>, or the <c>origin_jti</c> of Amazon Cognito, which all tokens of one sign-in have in common.</summary>
    public string? Session { get; private set; }

    /// <summary>The <c>oi_au_id</c>.</summary>
    public string? Grant { get; private set; }

    /// <summary>Null where there is no <c>aud</c>.</summary>
    public IReadOnlyList<string>? Audiences { get; private set; }

    /// <summary>Seconds since 1970; null where it is absent, negative where it is no time.</summary>
    public long? ExpiresAt { get; private set; }

    /// <inheritdoc cref="ExpiresAt"/>
    public long? IssuedAt { get; private set; }

    /// <inheritdoc cref="ExpiresAt"/>
    public long? NotBefore { get; private set; }

    /// <summary>The whole payload, as JSON.</summary>
    public byte[] Payload { get; }

    /// <summary>The payload as claims. Made when first asked for; an identity takes copies.</summary>
    public IReadOnlyList<Claim> Claims => field ??= [.. Authentication.TokenClaims.Of(JsonElement.Parse(Payload), Issuer!)];

    /// <summary>Reads header and payload.</summary>
    /// <param name="scratch">As long as the header, at least.</param>
    /// <returns>Null when the token cannot be read, and <paramref name="failure"/> says why.</returns>
    public static CompactToken? Read(TokenParts parts, Span<byte> scratch, out TokenFailure failure)
    {
        var token = new CompactToken(new byte[TokenParts.LengthOf(parts.Payload)]);
        var header = scratch[..TokenParts.LengthOf(parts.Header)];
        TokenParts.Decode(parts.Header, header);
        TokenParts.Decode(parts.Payload, token.Payload);
        Span<Range> names = stackalloc Range[JsonMembers.MostNames];
        try
        {
            failure = TokenFailure.DuplicateMember;
            return token.ReadHeader(header, names) && token.ReadPayload(names) ? token : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            failure = TokenFailure.Malformed;
            return null;
        }
    }

    private bool ReadHeader(ReadOnlySpan<byte> json, Span<Range> names)
    {
        var members = new JsonMembers(json, names);
        while (members.MoveNext())
        {
            var name = members.Name;
            if (name.SequenceEqual("alg"u8))
            {
                Algorithm = members.Text();
            }
            else if (name.SequenceEqual("kid"u8))
            {
                KeyId = members.Text();
            }
            else if (name.SequenceEqual("typ"u8))
            {
                Type = members.Text("at+jwt");
            }

            HasForbiddenHeader |= IsForbidden(name);
        }

        return !members.HasDuplicate();
    }

    private bool ReadPayload(Span<Range> names)
    {
        var members = new JsonMembers(Payload, names);
        while (members.MoveNext())
        {
            Read(members.Name, ref members);
        }

        return !members.HasDuplicate();
    }

    // By length first: most of the names that are not asked for are passed over by that.
    private void Read(ReadOnlySpan<byte> name, ref JsonMembers members)
    {
        switch (name.Length)
        {
            case 3:
                ReadShort(name, ref members);
                break;
            case 8 when name.SequenceEqual("oi_au_id"u8):
                Grant = members.Text();
                break;
            case 9 when name.SequenceEqual("client_id"u8):
                ClientId = members.Text();
                break;
            case 9 when name.SequenceEqual("tenant_id"u8):
                TenantId = members.Text();
                break;
            case 9 when name.SequenceEqual("token_use"u8):
                Use = members.Text("access");
                break;
            case 10 when name.SequenceEqual("origin_jti"u8):
                Session ??= members.Text();
                break;
            case 16 when name.SequenceEqual("custom:tenant_id"u8):
                CustomTenantId = members.Text();
                break;
        }
    }

    private void ReadShort(ReadOnlySpan<byte> name, ref JsonMembers members)
    {
        if (name.SequenceEqual("iss"u8))
        {
            Issuer = members.Text();
        }
        else if (name.SequenceEqual("sub"u8))
        {
            Subject = members.Text();
        }
        else if (name.SequenceEqual("aud"u8))
        {
            Audiences = members.Texts();
        }
        else if (name.SequenceEqual("exp"u8))
        {
            ExpiresAt = members.Time();
        }
        else if (name.SequenceEqual("iat"u8))
        {
            IssuedAt = members.Time();
        }
        else if (name.SequenceEqual("nbf"u8))
        {
            NotBefore = members.Time();
        }
        else if (name.SequenceEqual("sid"u8))
        {
            Session = members.Text();
        }
    }

    // RFC 7515, section 4.1.
    private static bool IsForbidden(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("jwk"u8) || name.SequenceEqual("jku"u8) || name.SequenceEqual("x5u"u8)
        || name.SequenceEqual("x5c"u8) || name.SequenceEqual("crit"u8) || name.SequenceEqual("zip"u8);
}
