using System.Security.Cryptography;
using Tessera.Contracts.Keys;
using Tessera.Files;

namespace Tessera.Cell.Keys;

/// <summary>
/// The two keys of the cell's own, made at first start and kept in files of mode 0600: its identity towards the control
/// plane, and the key under which it seals the secrets of its realms and pools.
/// </summary>
internal sealed class CellKeys
{
    private readonly byte[] _sealing;

    private CellKeys(IdentityKey identity, byte[] sealing)
    {
        Identity = identity;
        _sealing = sealing;
    }

    public IdentityKey Identity { get; }

    public static CellKeys LoadOrCreate(string folder)
    {
        Directory.CreateDirectory(folder);
        var identity = PrivateFile.ReadOrCreate(Path.Combine(folder, "cell.pem"), () =>
        {
            using var created = IdentityKey.Create();
            return created.ToPem();
        });
        var sealing = PrivateFile.ReadOrCreate(Path.Combine(folder, "cell.key"), () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        return new CellKeys(IdentityKey.FromPem(identity), Convert.FromBase64String(sealing));
    }

    public byte[] Seal(string purpose, ReadOnlySpan<byte> secret) => SealedSecret.Seal(_sealing, purpose, secret);

    public byte[] Open(string purpose, ReadOnlySpan<byte> sealedSecret) => SealedSecret.Open(_sealing, purpose, sealedSecret);
}
