using System.Security.Cryptography;
using System.Text;
using Tessera.Contracts.Moves;

namespace Tessera.Cell.Moves.Rows;

/// <summary>A row as it travels: its key and its values, each a JSON array.</summary>
internal readonly record struct RowText(string Key, byte[] Values)
{
    /// <summary>Which of the table's <see cref="MoveDigest.Buckets"/> parts it is in.</summary>
    public int Bucket => BucketOf(Key);

    public static int BucketOf(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        return hash[0] % MoveDigest.Buckets;
    }
}

/// <summary>Whose rows travel: the realm's, in one transaction or reading, under the cell's own keys.</summary>
internal sealed record Travel(Store.CellDb Db, Contracts.Ids.RealmId Realm, Store.MoveRow Move, Keys.CellKeys Keys);

/// <summary>Rows of one table, between two keys, of some buckets or of all; or those of some keys.</summary>
/// <param name="Buckets">Absent for all.</param>
/// <param name="After">Absent for the beginning.</param>
/// <param name="UpTo">Absent for the end.</param>
/// <param name="Keys">These rows, whether they are there or not, and no others.</param>
internal sealed record RowsRange(IReadOnlyList<int>? Buckets, string? After, string? UpTo, IReadOnlySet<string>? Keys = null)
{
    /// <summary>Whether the key is one of those asked for; that it is between the two, the reader has seen to.</summary>
    public bool Has(string key) => (Keys is null || Keys.Contains(key)) && (Buckets is null || Buckets.Contains(RowText.BucketOf(key)));
}
