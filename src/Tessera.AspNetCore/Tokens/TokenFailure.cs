namespace Tessera.AspNetCore.Tokens;

/// <summary>
/// Why a token was refused. Written to logs; the caller learns only that the token is invalid or, of
/// <see cref="DirectoryBehind"/>, <see cref="DirectoryStale"/> and <see cref="KeysNotFetched"/>, that this API cannot tell just now.
/// </summary>
public enum TokenFailure
{
    /// <summary>Longer than 8 KiB. Nothing of it was looked at.</summary>
    TooLong,

    /// <summary>Not three base64url parts, or header or payload is no JSON object.</summary>
    Malformed,

    /// <summary>Header or payload has a member twice, which two readers may read differently.</summary>
    DuplicateMember,

    /// <summary>The header brings its own key, or asks for an extension: jwk, jku, x5u, x5c, crit, zip.</summary>
    ForbiddenHeader,

    /// <summary>Neither ES256 nor RS256, or not the algorithm its key is for; of Amazon Cognito, anything but RS256.</summary>
    AlgorithmNotAllowed,

    /// <summary>The header's <c>typ</c> is not <c>at+jwt</c>: an ID token, for instance. Amazon Cognito's have none, or <c>JWT</c>.</summary>
    WrongType,

    /// <summary>No <c>tenant_id</c>, or one that is no tenant's id. Of Amazon Cognito's tokens: where the client is no one tenant's.</summary>
    TenantMissing,

    /// <summary>The directory knows no such tenant.</summary>
    TenantUnknown,

    /// <summary>The directory does not know the pool of the issuer.</summary>
    PoolUnknown,

    /// <summary>The <c>kid</c> names no key of the pool that houses the tenant, or its shared realm, now. Other pools' keys do not count.</summary>
    KeyNotOfPool,

    /// <summary>The signature does not verify.</summary>
    SignatureInvalid,

    /// <summary>The issuer is neither the tenant's realm nor the shared realm it lives in, character by character.</summary>
    IssuerMismatch,

    /// <summary>The client is not one of the issuer's.</summary>
    ClientNotOfTenant,

    /// <summary>The token is meant for another API.</summary>
    AudienceMismatch,

    /// <summary><c>token_use</c> is not <c>access</c>.</summary>
    NotAnAccessToken,

    /// <summary>No <c>sub</c>.</summary>
    SubjectMissing,

    /// <summary><c>exp</c> or <c>iat</c> is absent, or a time is no integer or beyond the calendar.</summary>
    TimeInvalid,

    /// <summary><c>exp</c> has passed.</summary>
    Expired,

    /// <summary><c>nbf</c> or <c>iat</c> lies ahead.</summary>
    NotYetValid,

    /// <summary>The person's tokens for the tenant issued up to then were revoked: disabled, removed, or given a new password.</summary>
    Revoked,

    /// <summary>The tenant is suspended.</summary>
    TenantNotActive,

    /// <summary>The directory's copy here has not come to <see cref="TesseraOptions.LeastRevision"/>, or nowhere yet. No fault of the token.</summary>
    DirectoryBehind,

    /// <summary>The directory has not been heard of for longer than <see cref="TesseraOptions.MostStaleness"/>. No fault of the token.</summary>
    DirectoryStale,

    /// <summary>The issuer's published keys have never been fetched, and cannot be now. No fault of the token.</summary>
    KeysNotFetched,

    /// <summary>The client is none of <see cref="TesseraOptions.AllowedClients"/>.</summary>
    ClientNotAllowed,

    /// <summary>A tenant claim names another tenant than the one the client is bound to.</summary>
    TenantMismatch,
}
