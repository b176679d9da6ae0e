using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tessera.Contracts.Ids;

namespace Tessera.Cell.Moves.Rows;

/// <summary>What a page says of itself in the open; sealed with it, so that none of it can be changed.</summary>
internal sealed record PageHeader(MoveId Move, RealmId Realm, string Table, IReadOnlyList<int>? Buckets, string? After, string? UpTo);

/// <summary>The rows of a page.</summary>
/// <param name="Keys">Of a page of rows that have changed: which. One that is here and not among the rows has gone.</param>
internal sealed record PageRows(IReadOnlyList<string> Columns, IReadOnlyList<JsonElement> Rows, IReadOnlyList<string>? Keys = null)
{
    /// <summary>What part of the table the page is.</summary>
    public RowsRange RangeOf(PageHeader header) => new(header.Buckets, header.After, header.UpTo, Keys?.ToHashSet(StringComparer.Ordinal));

    /// <summary>The rows, if the page is of this table as it is here.</summary>
    public static PageRows? Read(byte[] json, TravelTable table, PageHeader header)
    {
        try
        {
            return JsonSerializer.Deserialize(json, PageJson.Default.PageRows) is { Columns: not null, Rows: not null } page && AreColumns(page.Columns, table)
                && (header.After is null || table.IsKey(header.After)) && (header.UpTo is null || table.IsKey(header.UpTo))
                && (page.Keys is null || page.Keys.All(table.IsKey)) ? page : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A cell of another version has other columns, and what it sends fits nowhere.
    private static bool AreColumns(IReadOnlyList<string> columns, TravelTable table) => columns.SequenceEqual(table.Columns);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = false,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(PageHeader))]
[JsonSerializable(typeof(PageRows))]
internal sealed partial class PageJson : JsonSerializerContext;

/// <summary>
/// A page for one cell and one move alone: ECDH over P-256 between a key made for the page and the one the target made for the
/// move, HKDF-SHA256, AES-256-GCM with the header as associated data. Layout: length of the header (4), header, point of the
/// page's key (65), nonce (12), ciphertext, tag (16).
/// </summary>
internal static class SealedRows
{
    /// <summary>What is taken of one page; a row alone may be a good part of it.</summary>
    public const int LargestPage = 4 << 20;

    private const int PointSize = 65;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    public static byte[] Seal(byte[] target, PageHeader header, ReadOnlySpan<byte> rows)
    {
        var head = JsonSerializer.SerializeToUtf8Bytes(header, PageJson.Default.PageHeader);
        using var own = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var theirs = Import(target);
        var point = PointOf(own);
        var page = new byte[4 + head.Length + PointSize + NonceSize + rows.Length + TagSize];
        BinaryPrimitives.WriteInt32BigEndian(page, head.Length);
        head.CopyTo(page, 4);
        point.CopyTo(page, 4 + head.Length);
        var rest = page.AsSpan(4 + head.Length + PointSize);
        RandomNumberGenerator.Fill(rest[..NonceSize]);
        using var aes = new AesGcm(KeyOf(own, theirs, point, target), TagSize);
        aes.Encrypt(rest[..NonceSize], rows, rest[NonceSize..^TagSize], rest[^TagSize..], head);
        return page;
    }

    /// <summary>The page, or null if it was sealed for another key, has been changed, or is none.</summary>
    public static (PageHeader Header, byte[] Rows)? Open(ECDiffieHellman key, ReadOnlySpan<byte> page)
    {
        if (page.Length < 4 || BinaryPrimitives.ReadInt32BigEndian(page) is var length && (length < 0 || page.Length - 4 - PointSize - NonceSize - TagSize < length))
        {
            return null;
        }

        var head = page.Slice(4, length);
        var point = page.Slice(4 + length, PointSize).ToArray();
        var rest = page[(4 + length + PointSize)..];
        try
        {
            using var theirs = Import(point);
            using var aes = new AesGcm(KeyOf(key, theirs, point, PointOf(key)), TagSize);
            var rows = new byte[rest.Length - NonceSize - TagSize];
            aes.Decrypt(rest[..NonceSize], rest[NonceSize..^TagSize], rest[^TagSize..], rows, head);
            return JsonSerializer.Deserialize(head, PageJson.Default.PageHeader) is { } header ? (header, rows) : null;
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The uncompressed point of a key.</summary>
    public static byte[] PointOf(ECDiffieHellman key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return [4, .. point.X!, .. point.Y!];
    }

    /// <summary>A public key.</summary>
    /// <exception cref="CryptographicException">It is no point of the curve.</exception>
    public static ECDiffieHellman Import(byte[] point) => point is [4, ..] && point.Length == PointSize
        ? ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point[1..33], Y = point[33..] } })
        : throw new CryptographicException("A sealing key is an uncompressed point of P-256.");

    private static byte[] KeyOf(ECDiffieHellman own, ECDiffieHellman theirs, byte[] page, byte[] target)
    {
        var agreed = own.DeriveRawSecretAgreement(theirs.PublicKey);
        return HKDF.DeriveKey(HashAlgorithmName.SHA256, agreed, 32, salt: null, info: [.. "tessera rows of a move"u8, .. page, .. target]);
    }
}
