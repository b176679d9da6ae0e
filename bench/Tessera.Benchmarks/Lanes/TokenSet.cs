using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Tessera.AspNetCore;
using Tessera.AspNetCore.Keys;
using Tessera.AspNetCore.Tokens;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Routing;
using Tessera.Feed;
using static System.Buffers.Text.Base64Url;

namespace Tessera.Benchmarks.Lanes;

/// <summary>A directory of a thousand tenants in one pool, and access tokens of them: 64 that come again and again, or 2,048 in turn.</summary>
internal sealed class TokenSet
{
    private const int Tenants = 1_000;
    private const int Few = 64;
    private const int Many = 2_048;
    private const int TooFewToRemember = 1_024;
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly bool _isRsa;
    private readonly PublicJwk _key;
    private readonly RealmId _userPool = RealmId.New("eu-central-1");
    private readonly DirectoryMap _directory = new();
    private readonly TenantEntry[] _tenants;
    private readonly string[] _tokens;
    private readonly bool _cognito;
    private readonly bool _repeating;

    public TokenSet(string algorithm, bool repeating, bool cognito = false)
    {
        (_isRsa, _cognito, _repeating) = (algorithm == "RS256", cognito, repeating);
        _key = _isRsa ? PublicJwk.From(_rsa) : PublicJwk.From(_ec);
        var pool = new PoolEntry(PoolId.New(), Cell, cognito ? [] : [_key], cognito ? CognitoIssuer.Of(_userPool) : null);
        _tenants = [.. Enumerable.Range(0, Tenants).Select(index => Tenant(index, pool))];
        _directory.Apply(new FeedPage(0, 1, false, [], [pool], _tenants, [], [], DateTimeOffset.UtcNow.ToUnixTimeSeconds()));
        _tokens = [.. Enumerable.Range(0, repeating ? Few : Many).Select(index => Token(_tenants[cognito ? 0 : index % Tenants]))];
    }

    private static CellId Cell => CellId.TryParse("eu-1", out var cell) ? cell : default;

    /// <summary>Verifies one token after another as an API is set up to. Of many in turn it remembers too few, and finds each new.</summary>
    public static Action<int> Verifying(TokenSet set)
    {
        var source = new KeySetClient(new OneAnswer(set.KeySet()));
        var keys = new IssuerKeys(source, new KeySetFolder(null), TimeProvider.System, NullLogger<IssuerKeys>.Instance);
        var verifier = new TokenVerifier(
            set._directory, new TesseraOptions { Audience = "orders" }, TimeProvider.System, new VerifiedTokens(set._repeating ? 10_000 : TooFewToRemember, 64 << 20), keys);
        foreach (var token in set._tokens)
        {
            var verdict = verifier.VerifyAsync(token, default).AsTask().GetAwaiter().GetResult();
            _ = verdict is TokenVerdict.Accepted ? verdict : throw new InvalidOperationException($"A token was refused: {verdict}.");
        }

        return index =>
        {
            var pending = verifier.VerifyAsync(set._tokens[index % set._tokens.Length], default);
            if (!pending.IsCompletedSuccessfully || pending.Result is not TokenVerdict.Accepted)
            {
                throw new InvalidOperationException("A token was refused.");
            }
        };
    }

    /// <summary>The check of the signature and nothing else, of parts taken out before.</summary>
    public Action<int> BareCheck()
    {
        var parts = _tokens.Select(token => (Signed: Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]), Signature: DecodeFromChars(token.AsSpan(token.LastIndexOf('.') + 1)))).ToArray();
        return index =>
        {
            var (signed, signature) = parts[index % parts.Length];
            if (!(_isRsa ? _rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) : _ec.VerifyData(signed, signature, HashAlgorithmName.SHA256)))
            {
                throw new InvalidOperationException("A signature does not hold.");
            }
        };
    }

    /// <summary>What a peer needs to verify the same tokens.</summary>
    public object ForPeer() => new
    {
        userPoolId = _userPool.Value,
        clientId = _tenants[0].Clients[0].Value,
        jwks = JsonElement.Parse(KeySet()),
        tokens = _tokens,
    };

    private string KeySet() => $$"""{"keys":[{"alg":"RS256","e":"{{_key.E}}","kid":"{{_key.Kid}}","kty":"RSA","n":"{{_key.N}}","use":"sig"}]}""";

    private TenantEntry Tenant(int index, PoolEntry pool)
    {
        var realm = _cognito ? _userPool : RealmId.New("eu-central-1");
        var slug = Slug.TryParse($"tenant-{index}", out var made) ? made : default;
        return new TenantEntry(
            TenantId.New(), slug, TenantState.Active, Pattern.Hybrid, Cell, pool.PoolId, realm, 1, pool.Issuer ?? $"https://auth.example.com/{realm}",
            $"tenant-{index}.auth.example.com", [], [ClientId.New()], Backend: _cognito ? Backend.Cognito : Backend.Native);
    }

    private string Token(TenantEntry tenant)
    {
        var header = _cognito ? $$"""{"kid":"{{_key.Kid}}","alg":"RS256"}""" : $$"""{"alg":"{{_key.Alg}}","kid":"{{_key.Kid}}","typ":"at+jwt"}""";
        var signed = $"{EncodeToString(Encoding.UTF8.GetBytes(header))}.{EncodeToString(JsonSerializer.SerializeToUtf8Bytes(Claims(tenant)))}";
        var data = Encoding.ASCII.GetBytes(signed);
        return $"{signed}.{EncodeToString(_isRsa ? _rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) : _ec.SignData(data, HashAlgorithmName.SHA256))}";
    }

    private Dictionary<string, object> Claims(TenantEntry tenant)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = tenant.Issuer, ["sub"] = Guid.CreateVersion7(), ["client_id"] = tenant.Clients[0].Value, ["token_use"] = "access",
            ["scope"] = "openid profile orders", ["auth_time"] = now, ["iat"] = now, ["exp"] = now + 7200, ["jti"] = Guid.CreateVersion7(),
        };
        if (_cognito)
        {
            claims["origin_jti"] = Guid.CreateVersion7();
            claims["event_id"] = Guid.CreateVersion7();
            claims["username"] = claims["sub"];
        }
        else
        {
            claims["aud"] = "orders";
            claims["tenant_id"] = tenant.TenantId.ToString();
            claims["sid"] = Guid.CreateVersion7();
            claims["amr"] = new[] { "pwd" };
        }

        return claims;
    }

    private sealed class OneAnswer(string text) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(text) });
    }
}
