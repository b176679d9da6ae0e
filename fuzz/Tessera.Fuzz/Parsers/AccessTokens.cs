using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tessera.AspNetCore;
using Tessera.AspNetCore.Authentication;
using Tessera.AspNetCore.Tokens;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Routing;
using Tessera.Feed;
using static System.Buffers.Text.Base64Url;

namespace Tessera.Fuzz.Parsers;

/// <summary>Access tokens at an API that knows one tenant: as text, and signed by the right key as payload.</summary>
internal static class AccessTokens
{
    private const string Id = "0198c7a2-0000-7000-8000-000000000001";
    private static readonly ECDsa Signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly TokenVerifier Verifier = Make();

    public static Parser Token { get; } = new("token", [typeof(CompactToken), typeof(TokenParts), typeof(TokenVerifier)], text =>
        Promise.That(Verifier.Verify(text) is TokenVerdict.Refused, "Nobody signs by chance"));

    public static Parser Payload { get; } = new("token-payload", [typeof(CompactToken), typeof(TokenVerifier)], text =>
    {
        var signed = $"{EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"ES256","kid":"{{PublicJwk.From(Signer).Kid}}","typ":"at+jwt"}"""))}.{EncodeToString(Encoding.UTF8.GetBytes(text))}";
        if (Verifier.Verify($"{signed}.{EncodeToString(Signer.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}") is not TokenVerdict.Accepted accepted)
        {
            return;
        }

        Promise.Same(Id, accepted.Tenant.TenantId.ToString(), "A token is of the tenant it names");
        using var strict = JsonDocument.Parse(Encoding.UTF8.GetBytes(text), new JsonDocumentOptions { AllowDuplicateProperties = false });
        Promise.Same(Id, strict.RootElement.GetProperty("tenant_id").GetString(), "The tenant is the one any reader finds");
    });

    public static Parser Bearer { get; } = new("bearer", [typeof(BearerToken)], text =>
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Authorization = text;
        if (BearerToken.TryRead(request, out var token, out var failure))
        {
            Promise.That(failure is null && text.Contains(token, StringComparison.Ordinal), "A token is a part of its header");
        }
    });

    public static Parser CognitoIssuer { get; } = new("cognito-issuer", [typeof(Tessera.Contracts.Routing.CognitoIssuer)], text =>
    {
        if (Tessera.Contracts.Routing.CognitoIssuer.TryParse(text, out var pool))
        {
            Promise.That(text == Tessera.Contracts.Routing.CognitoIssuer.Of(pool) || text == Tessera.Contracts.Routing.CognitoIssuer.Of(pool, updated: true), "A user pool has two issuers and no third");
        }
    });

    private static TokenVerifier Make()
    {
        var (cell, pool, realm) = (Read<CellId>("eu-1"), PoolId.New(), Read<RealmId>("eu-central-1_abcdefghi"));
        var map = new DirectoryMap();
        map.Apply(new FeedPage(
            0, 1, false, [], [new PoolEntry(pool, cell, [PublicJwk.From(Signer)])],
            [new TenantEntry(Read<TenantId>(Id), Read<Slug>("acme"), TenantState.Active, Pattern.Hybrid, cell, pool, realm, 1, "https://auth.example.com/eu-central-1_abcdefghi", "acme.example.com", [], [Read<ClientId>("acmeclient")])],
            [], [], DateTimeOffset.UtcNow.ToUnixTimeSeconds()));
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(map).AddAuthentication(TesseraDefaults.Scheme).AddTesseraScheme(new TesseraOptions { Audience = "orders", MostStaleness = null });
        return services.BuildServiceProvider().GetRequiredService<TokenVerifier>();
    }

    private static TId Read<TId>(string text) where TId : struct, IId<TId> => TId.TryParse(text, out var id) ? id : throw new FormatException(text);
}
