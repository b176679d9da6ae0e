using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Tessera.Benchmarks.Floors;

/// <summary>
/// What a token endpoint cannot do without: Kestrel, and one ES256 signature by IdentityModel over the claims of an access
/// token. It reads no body, knows no client, and writes nothing.
/// </summary>
internal static class TokenFloor
{
    public static async Task RunAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ListenLocalhost(port);
        });
        await using var app = builder.Build();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        var credentials = new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = "k" }, SecurityAlgorithms.EcdsaSha256);
        app.Run(context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync($$"""{"access_token":"{{Sign(handler, credentials)}}","token_type":"Bearer","expires_in":3600}""");
        });
        await app.RunAsync();
    }

    private static string Sign(JsonWebTokenHandler handler, SigningCredentials credentials)
    {
        var now = DateTime.UtcNow;
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = "https://auth.example.com/eu-central-1_Ab3dE5gH9",
            Audience = "api",
            IssuedAt = now,
            Expires = now.AddHours(1),
            TokenType = "at+jwt",
            SigningCredentials = credentials,
            Claims = new Dictionary<string, object>
            {
                ["sub"] = "machine", ["client_id"] = "machine", ["scope"] = "orders", ["tenant_id"] = "acme", ["token_use"] = "access", ["jti"] = Guid.CreateVersion7().ToString(),
            },
        });
    }
}
