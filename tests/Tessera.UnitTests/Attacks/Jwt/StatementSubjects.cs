using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Revocations;
using Tessera.Contracts.Wire;
using Tessera.Feed;
using Tessera.UnitTests.Feed;

namespace Tessera.UnitTests.Attacks.Jwt;

/// <summary>What Tessera's own processes say to each other: compact JWS by a pinned key.</summary>
internal abstract class StatementSubject(string type) : JwtSubject
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public override JsonObject Header() => new() { ["alg"] = "ES256", ["kid"] = Key.Kid, ["typ"] = type };

    public override byte[] Sign(byte[] data) => SignBy(_key, data);

    public override PublicJwk Key => PublicJwk.From(_key);

    public override string? Issuer => null;

    public override IEnumerable<(string Name, string Kid, Func<byte[], byte[]> Sign)> Foreigners() => [("another process's key", PublicJwk.From(_other).Kid, data => SignBy(_other, data))];
}

/// <summary>Service tokens, as a cell reads them.</summary>
internal sealed class ServiceTokenSubject() : StatementSubject(ServiceToken.MediaType)
{
    private const string Path = "/cell/realms/x";
    private static readonly CellId Cell = FeedSource.Id<CellId>("eu-1");

    public override string Audience => "audience";

    public override string Expiry => "expires_at";

    public override IReadOnlyList<string> Required => ["audience", "purpose", "digest", "expires_at"];

    // Whatever a token must say, said by the product itself and signed by this subject's key.
    public override JsonObject Payload()
    {
        using var key = IdentityKey.Create();
        var issued = ServiceToken.Issue(key, Cell, ServicePurpose.Provision, null, "PUT", Path, "{}"u8, DateTimeOffset.UtcNow);
        return JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(issued.Split('.')[1]))!.AsObject();
    }

    public override Task<bool> AcceptsAsync(string token) => Task.FromResult(
        ServiceToken.Verify(token, Key, Cell, ServicePurpose.Provision, "PUT", Path, "{}"u8, DateTimeOffset.UtcNow) is not null);
}

/// <summary>Pages of the directory's feed, as its consumers read them.</summary>
internal sealed class FeedPageSubject() : StatementSubject(FeedPage.MediaType)
{
    public override string? Audience => null;

    public override string? Expiry => null;

    public override IReadOnlyList<string> Required => ["after", "revision", "has_more", "tenants"];

    public override JsonObject Payload()
    {
        var source = new FeedSource();
        source.Publish(FeedSource.Tenant("acme", FeedSource.Id<CellId>("eu-1"), "eu-central-1_abcdefghi", "acme.localhost:8400"));
        return JsonSerializer.SerializeToNode(source.PageAfter(0), WireJson.Default.FeedPage)!.AsObject();
    }

    public override Task<bool> AcceptsAsync(string token)
    {
        try
        {
            return Task.FromResult(SignedPage.Open(token, Key, 0) is not null);
        }
        catch (FeedFault)
        {
            return Task.FromResult(false);
        }
    }
}

/// <summary>What a cell tells the control plane of sessions that have ended.</summary>
internal sealed class CellStatementSubject() : StatementSubject(CellStatement.MediaType)
{
    private static readonly CellId Cell = FeedSource.Id<CellId>("eu-1");

    public override string Audience => "audience";

    public override string? Expiry => null;

    public override IReadOnlyList<string> Required => ["cell", "audience", "issued_at", "revocations"];

    public override JsonObject Payload() =>
        JsonSerializer.SerializeToNode(new CellStatement(Cell, "control", DateTimeOffset.UtcNow.ToUnixTimeSeconds(), []), WireJson.Default.CellStatement)!.AsObject();

    public override Task<bool> AcceptsAsync(string token) => Task.FromResult(CellStatement.Open(token, Key, Cell, "control", DateTimeOffset.UtcNow) is not null);
}
