using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tessera.Feed;

/// <summary>
/// Bytes written in blocks of up to a mebibyte, each with a MAC over what it says, its number, whether it is the last, and a nonce of
/// the whole: a reader believes no byte that was not written there, and none that was written elsewhere or before. In order: the
/// nonce; of each block its length (4 bytes, little endian), 1 for the last or 0, its bytes, its MAC (HMAC-SHA-256).
/// </summary>
internal sealed class SealedBlocks(byte[] key, ReadOnlyMemory<byte> nonce) : IDisposable
{
    public const int NonceBytes = 16;
    public const int HeadBytes = sizeof(uint) + 1;
    public const int TagBytes = HMACSHA256.HashSizeInBytes;
    public const int MostBytes = 1024 * 1024;

    private readonly IncrementalHash _mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
    private long _number;

    /// <summary>The MAC of the next block.</summary>
    public void Seal(ReadOnlySpan<byte> head, ReadOnlySpan<byte> bytes, Span<byte> tag)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, _number++);
        _mac.AppendData(nonce.Span);
        _mac.AppendData(number);
        _mac.AppendData(head);
        _mac.AppendData(bytes);
        _mac.GetHashAndReset(tag);
    }

    public void Dispose() => _mac.Dispose();
}
