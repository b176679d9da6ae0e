using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tessera.Feed;

/// <summary>Reads <see cref="SealedBlocks"/>. A byte is handed out once the MAC of its block is found right; the end is told once the last block was.</summary>
internal sealed class SealedReader : Stream
{
    private readonly Stream _file;
    private readonly SealedBlocks _blocks;
    private readonly byte[] _block = new byte[SealedBlocks.MostBytes + SealedBlocks.TagBytes];
    private int _length;
    private int _at;
    private bool _isLast;

    /// <exception cref="EndOfStreamException">There is not even a beginning.</exception>
    public SealedReader(Stream file, byte[] key)
    {
        var nonce = new byte[SealedBlocks.NonceBytes];
        file.ReadExactly(nonce);
        (_file, _blocks) = (file, new SealedBlocks(key, nonce));
    }

    /// <exception cref="InvalidDataException">What comes next was not written there with this key.</exception>
    /// <exception cref="EndOfStreamException">It is cut off.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (_at == _length && !_isLast)
        {
            ReadBlock();
        }

        var read = Math.Min(buffer.Length, _length - _at);
        _block.AsSpan(_at, read).CopyTo(buffer);
        _at += read;
        return read;
    }

    private void ReadBlock()
    {
        Span<byte> head = stackalloc byte[SealedBlocks.HeadBytes];
        _file.ReadExactly(head);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(head);
        if (length > SealedBlocks.MostBytes)
        {
            throw NotOwn();
        }

        (_length, _at, _isLast) = ((int)length, 0, head[^1] == 1);
        var block = _block.AsSpan(0, _length + SealedBlocks.TagBytes);
        _file.ReadExactly(block);
        if (!IsOwn(head, block))
        {
            _length = 0;
            throw NotOwn();
        }
    }

    private bool IsOwn(ReadOnlySpan<byte> head, ReadOnlySpan<byte> block)
    {
        Span<byte> tag = stackalloc byte[SealedBlocks.TagBytes];
        _blocks.Seal(head, block[.._length], tag);
        return CryptographicOperations.FixedTimeEquals(tag, block[_length..]);
    }

    private static InvalidDataException NotOwn() => new("It was not written by this consumer with this feed key.");

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _blocks.Dispose();
        base.Dispose(disposing);
    }
}
