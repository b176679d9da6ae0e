using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Tessera.Cell.Keys;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>What somebody who owns a cell's machine has: the signing key of a pool, taken out of the cell's store with the cell's own key.</summary>
internal sealed class StolenKey
{
    private readonly SigningCredentials _signer;

    private StolenKey(SigningCredentials signer) => _signer = signer;

    /// <summary>The key of the pool that houses <paramref name="party"/>.</summary>
    public static async Task<StolenKey> OfPoolOfAsync(Demo demo, Party party)
    {
        var files = new CellFiles(demo);
        await using var db = files.Open(party);
        var pool = await db.Realms.Join(db.Pools, row => row.PoolId, row => row.PoolId, (_, row) => row).SingleAsync();
        return new StolenKey(PoolKeyring.Open(CellKeys.LoadOrCreate(files.Folder(party.Cell.CellId)), pool).SignerFor("ES256"));
    }

    /// <summary>An access token that is right in every claim; <paramref name="kid"/> names the thief's key unless it is told to lie.</summary>
    public string Mint(Party victim, string? kid = null)
    {
        var key = ((ECDsaSecurityKey)_signer.Key).ECDsa;
        var named = new SigningCredentials(new ECDsaSecurityKey(ECDsa.Create(key.ExportParameters(true))) { KeyId = kid ?? _signer.Key.KeyId }, "ES256");
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            TokenType = "at+jwt",
            SigningCredentials = named,
            Issuer = victim.Issuer,
            IssuedAt = DateTime.UtcNow,
            Expires = DateTime.UtcNow.AddHours(1),
            Claims = new Dictionary<string, object>
            {
                ["sub"] = victim.User.Sub, ["aud"] = "orders", ["client_id"] = victim.Tenant.ClientId, ["tenant_id"] = victim.Tenant.TenantId,
                ["token_use"] = "access", ["scope"] = "openid email profile orders", ["jti"] = Guid.NewGuid().ToString(),
            },
        });
    }
}
