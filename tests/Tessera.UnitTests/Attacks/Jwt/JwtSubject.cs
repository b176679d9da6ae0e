using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tessera.Contracts.Keys;
using static System.Buffers.Text.Base64Url;

namespace Tessera.UnitTests.Attacks.Jwt;

/// <summary>
/// One verifier of JWTs, as an attacker sees it who holds everything public, and for the attacks on its other rules the
/// signing key too. A new verifier joins by one of these.
/// </summary>
public abstract class JwtSubject
{
    /// <summary>The header of a good token.</summary>
    public abstract JsonObject Header();

    /// <summary>The payload of a good token, fresh each time.</summary>
    public abstract JsonObject Payload();

    /// <summary>The right key's own signature: ES256, 64 bytes.</summary>
    public abstract byte[] Sign(byte[] data);

    /// <summary>The right key, as everybody knows it.</summary>
    public abstract PublicJwk Key { get; }

    public abstract Task<bool> AcceptsAsync(string token);

    /// <summary>Whether the way to the verifier carries such a text at all: an HTTP header takes neither line ends nor what is no ASCII.</summary>
    public virtual bool Carries(string token) => true;

    /// <summary>Members that say for whom and by whom a token is, and until when; null where the verifier knows none.</summary>
    public virtual string? Audience => "aud";

    public virtual string? Issuer => "iss";

    public virtual string? Expiry => "exp";

    /// <summary>Members of the payload without which a token is none.</summary>
    public virtual IReadOnlyList<string> Required => [.. new[] { Audience, Issuer, Expiry }.OfType<string>()];

    /// <summary>Types that are right beside the header's own.</summary>
    public virtual IReadOnlyList<string?> OtherTypes => [];

    /// <summary>Tokens well made by keys that are not this verifier's: another pool's, cell's, tenant's.</summary>
    public virtual IEnumerable<(string Name, string Kid, Func<byte[], byte[]> Sign)> Foreigners() => [];

    public string Good() => BySigner(Header().ToJsonString(), Payload().ToJsonString());

    /// <summary>Signed by the right key, whatever it is.</summary>
    public string BySigner(string header, string payload) => Make(header, payload, Sign);

    public string BySigner(Action<JsonObject>? header = null, Action<JsonObject>? payload = null)
    {
        var (head, body) = (Header(), Payload());
        header?.Invoke(head);
        payload?.Invoke(body);
        return BySigner(head.ToJsonString(), body.ToJsonString());
    }

    public string Made(Action<JsonObject> header, Func<byte[], byte[]> sign)
    {
        var head = Header();
        header(head);
        return Make(head.ToJsonString(), Payload().ToJsonString(), sign);
    }

    public static string Make(string header, string payload, Func<byte[], byte[]> sign) => Make(Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(payload), sign);

    public static string Make(byte[] header, byte[] payload, Func<byte[], byte[]> sign)
    {
        var signed = $"{EncodeToString(header)}.{EncodeToString(payload)}";
        return $"{signed}.{EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    protected static byte[] SignBy(ECDsa key, byte[] data) => key.SignData(data, HashAlgorithmName.SHA256);
}
