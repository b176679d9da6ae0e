using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tessera.Feed;

/// <summary>Writes <see cref="SealedBlocks"/>. What was written is whole with <see cref="Complete"/> and not before.</summary>
internal sealed class SealedWriter : Stream
{
    private readonly Stream _file;
    private readonly SealedBlocks _blocks;
    private readonly byte[] _block = new byte[SealedBlocks.MostBytes];
    private int _length;

    public SealedWriter(Stream file, byte[] key)
    {
        var nonce = RandomNumberGenerator.GetBytes(SealedBlocks.NonceBytes);
        (_file, _blocks) = (file, new SealedBlocks(key, nonce));
        file.Write(nonce);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_length == _block.Length)
            {
                WriteBlock(isLast: false);
            }

            var fits = Math.Min(buffer.Length, _block.Length - _length);
            buffer[..fits].CopyTo(_block.AsSpan(_length));
            _length += fits;
            buffer = buffer[fits..];
        }
    }

    /// <summary>Writes the last block.</summary>
    public void Complete() => WriteBlock(isLast: true);

    private void WriteBlock(bool isLast)
    {
        Span<byte> head = stackalloc byte[SealedBlocks.HeadBytes];
        Span<byte> tag = stackalloc byte[SealedBlocks.TagBytes];
        BinaryPrimitives.WriteInt32LittleEndian(head, _length);
        head[^1] = isLast ? (byte)1 : (byte)0;
        var bytes = _block.AsSpan(0, _length);
        _blocks.Seal(head, bytes, tag);
        _file.Write(head);
        _file.Write(bytes);
        _file.Write(tag);
        _length = 0;
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // A block is written when it is full, or is the last.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _blocks.Dispose();
        base.Dispose(disposing);
    }
}
