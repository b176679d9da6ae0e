using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tessera.Contracts.Ids;
using Tessera.Postgres.Tenants;
using static System.Buffers.Text.Base64Url;

namespace Tessera.AspNetCore.Work;

/// <summary>
/// Seals messages for a broker and opens them again. Who can write to the queue is not believed: tenant, type, time and body
/// are bound by HMAC-SHA256 under a key of the application's, as a compact JWS (RFC 7515) that other languages read too. A
/// singleton.
/// </summary>
public sealed class TenantEnvelopes
{
    private const int MostCharacters = 1024 * 1024;
    private const string Kind = "tessera-envelope"; // no token of anybody's
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(60);
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web) { AllowDuplicateProperties = false, RespectRequiredConstructorParameters = true };

    private readonly TenantEnvelopeOptions _options;
    private readonly TimeProvider _clock;

    internal TenantEnvelopes(TenantEnvelopeOptions options, TimeProvider clock) => (_options, _clock) = (options, clock);

    /// <summary>Seals a message of the scope's tenant. It is bound, not hidden: whoever reads the queue reads it.</summary>
    /// <param name="type">What the message is, for instance <c>invoice.send</c>; it opens as nothing else.</param>
    /// <exception cref="TenantNotSetException">The scope has no tenant.</exception>
    public string Seal<T>(TenantScope scope, string type, T body)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(new Header("HS256", _options.SealWith, Kind), Strict);
        var payload = JsonSerializer.SerializeToUtf8Bytes(
            new Payload<T>(scope.Tenant.ToString(), type, Guid.CreateVersion7().ToString(), _clock.GetUtcNow().ToUnixTimeSeconds(), body), Strict);
        var bound = $"{EncodeToString(header)}.{EncodeToString(payload)}";
        return $"{bound}.{EncodeToString(Mac(_options.Keys[_options.SealWith], bound))}";
    }

    /// <summary>Opens a message. Run what it asks for with <see cref="TenantScopes.RunAsync"/>, which refuses a tenant that is no longer active.</summary>
    /// <param name="type">The one type that is expected here.</param>
    public EnvelopeOpening<T> Open<T>(string message, string type)
    {
        if (message.Length > MostCharacters)
        {
            return new EnvelopeOpening<T>.Refused(EnvelopeFailure.TooLong);
        }

        if (message.Split('.', 4) is not [var header, var payload, var seal] || !TryRead<Header>(header, out var read) || !IsOurs(read))
        {
            return new EnvelopeOpening<T>.Refused(EnvelopeFailure.Malformed);
        }

        if (!_options.Keys.TryGetValue(read.Kid, out var key))
        {
            return new EnvelopeOpening<T>.Refused(EnvelopeFailure.KeyUnknown);
        }

        // Until the seal holds, nothing of the payload is looked at.
        return !SealHolds(key, $"{header}.{payload}", seal) ? new EnvelopeOpening<T>.Refused(EnvelopeFailure.SealBroken)
            : !TryRead<Payload<T>>(payload, out var sealedBody) || !TenantId.TryParse(sealedBody.TenantId, out var tenant) ? new EnvelopeOpening<T>.Refused(EnvelopeFailure.Malformed)
            : (TypeFailure(sealedBody.Type, type) ?? TimeFailure(sealedBody.Iat, _clock.GetUtcNow(), _options.GoodFor)) is { } failure ? new EnvelopeOpening<T>.Refused(failure)
            : new EnvelopeOpening<T>.Opened(new TenantEnvelope<T>(tenant, sealedBody.Id, DateTimeOffset.FromUnixTimeSeconds(sealedBody.Iat), sealedBody.Body));
    }

    // The header chooses a key by its name, and nothing else.
    private static bool IsOurs(Header header) => header is { Alg: "HS256", Typ: Kind, Kid: not null };

    private static bool SealHolds(byte[] key, string bound, string seal)
    {
        try
        {
            return CryptographicOperations.FixedTimeEquals(Mac(key, bound), DecodeFromChars(seal));
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static EnvelopeFailure? TypeFailure(string was, string expected) => was == expected ? null : EnvelopeFailure.OtherType;

    private static EnvelopeFailure? TimeFailure(long sealedAt, DateTimeOffset now, TimeSpan goodFor) =>
        sealedAt < (now - goodFor).ToUnixTimeSeconds() ? EnvelopeFailure.TooOld
        : sealedAt > (now + Ahead).ToUnixTimeSeconds() ? EnvelopeFailure.FromTheFuture
        : null;

    private static byte[] Mac(byte[] key, string bound) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(bound));

    private static bool TryRead<T>(string part, [NotNullWhen(true)] out T? value)
    {
        value = default;
        try
        {
            value = JsonSerializer.Deserialize<T>(DecodeFromChars(part), Strict);
            return value is not null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return false;
        }
    }

    private sealed record Header(string Alg, string Kid, string Typ);

    private sealed record Payload<T>([property: JsonPropertyName("tenant_id")] string TenantId, string Type, string Id, long Iat, T Body);
}
