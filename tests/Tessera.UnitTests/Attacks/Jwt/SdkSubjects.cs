using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tessera.AspNetCore;
using Tessera.AspNetCore.Authentication;
using Tessera.AspNetCore.Tokens;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Feed;
using Tessera.UnitTests.AspNetCore;

namespace Tessera.UnitTests.Attacks.Jwt;

/// <summary>Access tokens of acme at an API, in the directory of <see cref="TestDirectory"/>.</summary>
internal abstract class AccessTokenSubject(TestDirectory directory) : JwtSubject
{
    private readonly TestPool _stranger = new(CellId.TryParse("eu-1", out var cell) ? cell : throw new InvalidOperationException());

    public override JsonObject Header() => JsonNode.Parse(TestDirectory.Header(directory.Pool.EcKid))!.AsObject();

    public override JsonObject Payload() => TestDirectory.Payload(directory.Acme);

    public override byte[] Sign(byte[] data) => directory.Pool.SignData(data);

    public override PublicJwk Key => directory.Pool.Entry.Keys[0];

    public override IReadOnlyList<string> Required => ["aud", "iss", "exp", "iat", "sub", "client_id", "tenant_id", "token_use"];

    public override IEnumerable<(string Name, string Kid, Func<byte[], byte[]> Sign)> Foreigners() =>
    [
        ("the key of another cell's pool", directory.OtherPool.EcKid, directory.OtherPool.SignData),
        ("the key of a pool the directory does not know", _stranger.EcKid, _stranger.SignData),
    ];
}

/// <summary>The verifier itself.</summary>
internal sealed class VerifierSubject : AccessTokenSubject, IDisposable
{
    private readonly ServiceProvider _services;

    private VerifierSubject(TestDirectory directory, ServiceProvider services) : base(directory) => _services = services;

    /// <param name="map">An empty one of the caller's, to be filled.</param>
    public static VerifierSubject Create(DirectoryMap? map = null)
    {
        var directory = new TestDirectory();
        if (map is not null)
        {
            directory.Fill(map);
        }

        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(map ?? directory.Map);
        services.AddAuthentication(TesseraDefaults.Scheme).AddTesseraScheme(new TesseraOptions { Audience = TestDirectory.Audience });
        return new VerifierSubject(directory, services.BuildServiceProvider());
    }

    public override Task<bool> AcceptsAsync(string token) => Task.FromResult(_services.GetRequiredService<TokenVerifier>().Verify(token) is TokenVerdict.Accepted);

    public void Dispose() => _services.Dispose();
}

/// <summary>A running API that has it.</summary>
internal sealed class ApiSubject(ApiHost host) : AccessTokenSubject(host.Directory)
{
    public override bool Carries(string token) => HttpBearer.Carries(token);

    public override async Task<bool> AcceptsAsync(string token)
    {
        using var response = await host.SendAsync(token);
        return HttpBearer.IsLetIn(response);
    }
}

/// <summary>Tokens in the Authorization header.</summary>
internal static class HttpBearer
{
    // What is longer, the server refuses before anybody looks.
    private const int MostCharacters = 24 * 1024;

    public static bool Carries(string token) => token.Length is > 0 and < MostCharacters && token.All(c => c is >= ' ' and < '\u007f') && token.Trim() == token;

    /// <summary>In, or out; anything else is the server's fault and no verdict.</summary>
    public static bool IsLetIn(HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.OK => true,
        HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.RequestHeaderFieldsTooLarge => false,
        var status => throw new InvalidOperationException($"The server answered {(int)status}."),
    };
}
