using System.Security.Cryptography;
using Tessera.Contracts.Moves;
using static System.Buffers.Text.Base64Url;

namespace Tessera.Cell.Moves.Rows;

/// <summary>Digests of what a realm's rows are, bucket by bucket, whatever the order a store tells them in.</summary>
internal static class RowDigest
{
    public static async Task<IReadOnlyList<TableDigest>> OfAsync(TravellingTables tables, Travel travel, CancellationToken cancellation)
    {
        var digests = new List<TableDigest>(tables.All.Count);
        foreach (var table in tables.All)
        {
            digests.Add(await OfAsync(table, travel, cancellation));
        }

        return digests;
    }

    /// <summary>Whether what was fenced there is what stands here: every table, every bucket.</summary>
    public static bool AreEqual(IReadOnlyList<TableDigest> there, IReadOnlyList<TableDigest> here) =>
        there.Count == here.Count && there.Zip(here).All(pair =>
            pair.First.Table == pair.Second.Table && pair.First.Rows == pair.Second.Rows && pair.First.Hashes.SequenceEqual(pair.Second.Hashes));

    private static async Task<TableDigest> OfAsync(TravelTable table, Travel travel, CancellationToken cancellation)
    {
        var buckets = new List<byte[]>?[MoveDigest.Buckets];
        var rows = 0L;
        await foreach (var row in table.AllAsync(travel, cancellation))
        {
            (buckets[row.Bucket] ??= []).Add(SHA256.HashData(row.Values));
            rows++;
        }

        return new TableDigest(table.Name, rows, [.. buckets.Select(Together)]);
    }

    private static string Together(List<byte[]>? rows)
    {
        rows?.Sort(static (one, other) => one.AsSpan().SequenceCompareTo(other));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var row in rows ?? [])
        {
            hash.AppendData(row);
        }

        return EncodeToString(hash.GetHashAndReset());
    }
}
