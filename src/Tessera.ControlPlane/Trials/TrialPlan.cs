using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Wire;

namespace Tessera.ControlPlane.Trials;

/// <summary>Cells and tenants for trials of a large directory: everything of them follows from the seed and the number.</summary>
/// <param name="Cells">How many cells are written down. Nobody answers there, so they are closed.</param>
/// <param name="PerCell">How many tenants each houses.</param>
/// <param name="Authority">Of the auth host, below which their sign-in hosts lie.</param>
public sealed record TrialPlan(int Seed, int Cells, int PerCell, string Authority)
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static readonly string[] Regions = ["eu-central-1", "us-east-1", "ap-southeast-2"];
    private static readonly DateTimeOffset Begin = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A tenant's slug.</summary>
    public static string SlugOf(int seed, int tenant) => string.Create(CultureInfo.InvariantCulture, $"trial-{(uint)seed}-{tenant:D6}");

    internal string CellOf(int cell) => string.Create(CultureInfo.InvariantCulture, $"trial-{(uint)Seed}-{cell:D4}");

    internal static string RegionOf(int cell) => Regions[cell % Regions.Length];

    // Reserved for names that never resolve (RFC 6761).
    internal string EndpointOf(int cell) => $"http://{CellOf(cell)}.invalid";

    internal string KeyOf(int cell) => JsonSerializer.Serialize(PublicKey("cell", cell), WireJson.Default.PublicJwk);

    internal string PoolKeysOf(int cell) => JsonSerializer.Serialize<IReadOnlyList<PublicJwk>>([PublicKey("pool", cell)]);

    internal Guid PoolOf(int cell) => Uuid("pool-id", cell, Begin);

    /// <summary>One comes in every minute.</summary>
    internal static DateTimeOffset CreatedAt(int tenant) => Begin.AddMinutes(tenant);

    internal Guid TenantOf(int tenant) => Uuid("tenant", tenant, CreatedAt(tenant));

    internal string RealmOf(int cell, int tenant)
    {
        Span<char> name = stackalloc char[9];
        Spell("realm", tenant, name);
        return RealmId.TryParse($"{RegionOf(cell)}_{name}", out var id) ? id.Value : throw new InvalidOperationException("A realm's id has another form.");
    }

    internal string ClientOf(int tenant)
    {
        Span<char> name = stackalloc char[26];
        Spell("client", tenant, name);
        return name.ToString();
    }

    private void Spell(string kind, int number, Span<char> name)
    {
        var hash = Hash(kind, number);
        for (var i = 0; i < name.Length; i++)
        {
            name[i] = Letters[hash[i] % Letters.Length];
        }
    }

    private Guid Uuid(string kind, int number, DateTimeOffset at)
    {
        var bytes = Hash(kind, number)[..16];
        BinaryPrimitives.WriteInt32BigEndian(bytes, (int)(at.ToUnixTimeMilliseconds() >> 16));
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(4), unchecked((short)at.ToUnixTimeMilliseconds()));
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes, bigEndian: true);
    }

    private PublicJwk PublicKey(string kind, int number)
    {
        var scalar = Hash(kind, number);
        scalar[0] &= 0x7F; // below the order of the curve
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar });
        return PublicJwk.From(key);
    }

    private byte[] Hash(string kind, int number) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"tessera-trial/{Seed}/{kind}/{number}")));
}
