using System.Buffers.Binary;
using System.Security.Cryptography;
using Tessera.Contracts.Moves;
using static System.Buffers.Text.Base64Url;

namespace Tessera.Cell.Moves.Ledger;

/// <summary>
/// Of each bucket of a table, the sum modulo 2^256 of the SHA-256 of its rows: the same whatever the order, and brought up to
/// date by what has changed alone. It tells rows that differ by fault; what is forged, the pages' seals keep out.
/// </summary>
internal sealed class RowSums
{
    private const int Size = SHA256.HashSizeInBytes;
    private readonly byte[] _sums;

    /// <param name="sums">As <see cref="ToArray"/> gave them; empty where there are no rows.</param>
    public RowSums(byte[] sums, long rows = 0) => (_sums, Rows) = (sums.Length == 0 ? new byte[MoveDigest.Buckets * Size] : [.. sums], rows);

    public long Rows { get; private set; }

    public void Add(int bucket, ReadOnlySpan<byte> hash)
    {
        var sum = Of(bucket);
        var carry = UInt128.Zero;
        for (var at = 0; at < Size; at += sizeof(ulong))
        {
            carry += (UInt128)BinaryPrimitives.ReadUInt64LittleEndian(sum[at..]) + BinaryPrimitives.ReadUInt64LittleEndian(hash[at..]);
            BinaryPrimitives.WriteUInt64LittleEndian(sum[at..], (ulong)carry);
            carry >>= 64;
        }

        Rows++;
    }

    public void Remove(int bucket, ReadOnlySpan<byte> hash)
    {
        var sum = Of(bucket);
        var borrow = 0UL;
        for (var at = 0; at < Size; at += sizeof(ulong))
        {
            var (have, take) = (BinaryPrimitives.ReadUInt64LittleEndian(sum[at..]), (UInt128)BinaryPrimitives.ReadUInt64LittleEndian(hash[at..]) + borrow);
            BinaryPrimitives.WriteUInt64LittleEndian(sum[at..], unchecked((ulong)(have - take)));
            borrow = have < take ? 1UL : 0;
        }

        Rows--;
    }

    public byte[] ToArray() => [.. _sums];

    public TableDigest ToDigest(string table) =>
        new(table, Rows, [.. Enumerable.Range(0, MoveDigest.Buckets).Select(bucket => EncodeToString(Of(bucket)))]);

    /// <summary>Whether what was fenced there is what stands here: every table, every bucket.</summary>
    public static bool AreEqual(IReadOnlyList<TableDigest> there, IReadOnlyList<TableDigest> here) =>
        there.Count == here.Count && there.Zip(here).All(pair =>
            pair.First.Table == pair.Second.Table && pair.First.Rows == pair.Second.Rows && pair.First.Hashes.SequenceEqual(pair.Second.Hashes));

    private Span<byte> Of(int bucket) => _sums.AsSpan(bucket * Size, Size);
}
