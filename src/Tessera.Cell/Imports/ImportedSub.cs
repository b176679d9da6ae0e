using System.Security.Cryptography;
using System.Text;
using Tessera.Contracts.Ids;

namespace Tessera.Cell.Imports;

/// <summary>
/// The subject of an imported account: a UUID version 8 (RFC 9562, section 5.8) that follows from the import, the realm and
/// the user name. So the store's own key tells what this import has made from what others have, without a mark on the
/// row, and making it twice is impossible. To whoever does not know the import's key it is as random as any.
/// </summary>
internal static class ImportedSub
{
    public static Guid Of(string importKey, RealmId realm, string normalizedUsername)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes($"tessera-import\n{importKey}\n{realm}\n{normalizedUsername}"), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
