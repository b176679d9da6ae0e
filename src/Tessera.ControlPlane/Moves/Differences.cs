using System.Security.Cryptography;
using System.Text;
using Tessera.Contracts.Moves;
using static System.Buffers.Text.Base64Url;

namespace Tessera.ControlPlane.Moves;

/// <summary>Where two digests differ.</summary>
internal static class Differences
{
    /// <summary>What has to be carried once more: of each table that differs, its buckets, in the order in which rows are written.</summary>
    public static IReadOnlyList<RowsRequest> Between(MoveDigest source, MoveDigest target)
    {
        var there = target.Tables.ToDictionary(table => table.Table, table => table.Hashes);
        return
        [
            .. source.Tables
                .Select(table => new RowsRequest(table.Table, BucketsOf(table, there.GetValueOrDefault(table.Table))))
                .Where(request => request.Buckets!.Count > 0),
        ];
    }

    /// <summary>One SHA-256 over all of it, for people to compare.</summary>
    public static string Checksum(MoveDigest digest)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var table in digest.Tables)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{table.Table}\n{table.Rows}\n{string.Join('\n', table.Hashes)}\n"));
        }

        return EncodeToString(hash.GetHashAndReset());
    }

    private static int[] BucketsOf(TableDigest table, IReadOnlyList<string>? there) =>
        [.. Enumerable.Range(0, MoveDigest.Buckets).Where(bucket => there is null || table.Hashes[bucket] != there[bucket])];
}
