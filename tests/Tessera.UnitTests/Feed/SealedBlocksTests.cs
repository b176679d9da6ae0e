using System.Security.Cryptography;
using Tessera.Feed;

namespace Tessera.UnitTests.Feed;

/// <summary>A file in sealed blocks gives back what was written, or nothing: whatever is changed, moved, left out or brought from elsewhere.</summary>
public sealed class SealedBlocksTests
{
    private const int Block = SealedBlocks.HeadBytes + SealedBlocks.MostBytes + SealedBlocks.TagBytes;
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] Bytes = RandomNumberGenerator.GetBytes(3 * SealedBlocks.MostBytes + 17);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(SealedBlocks.MostBytes - 1)]
    [InlineData(SealedBlocks.MostBytes)]
    [InlineData(SealedBlocks.MostBytes + 1)]
    [InlineData(3 * SealedBlocks.MostBytes)]
    public void What_was_written_is_read(int length) => Assert.Equal(Bytes[..length], Read(Sealed(Bytes[..length])));

    [Fact]
    public void Where_a_byte_was_changed_nothing_of_its_block_is_read()
    {
        var file = Sealed(Bytes);
        foreach (var at in new[] { 0, SealedBlocks.NonceBytes, SealedBlocks.NonceBytes + 4, SealedBlocks.NonceBytes + 100, SealedBlocks.NonceBytes + 2 * Block + 100, file.Length - SealedBlocks.TagBytes - 1, file.Length - 1 })
        {
            var changed = file.ToArray();
            changed[at] ^= 0x40;
            AssertRefused(changed);
        }
    }

    [Fact]
    public void What_is_cut_off_is_refused_between_blocks_too()
    {
        var file = Sealed(Bytes);
        foreach (var length in new[] { 0, 7, SealedBlocks.NonceBytes, SealedBlocks.NonceBytes + Block, SealedBlocks.NonceBytes + 3 * Block, file.Length - 1 })
        {
            AssertRefused(file[..length]);
        }
    }

    [Fact]
    public void Blocks_that_were_moved_left_out_or_written_before_are_refused()
    {
        var (file, before) = (Sealed(Bytes), Sealed(Bytes));
        byte[] Of(byte[] from, int block) => from[(SealedBlocks.NonceBytes + block * Block)..Math.Min(from.Length, SealedBlocks.NonceBytes + (block + 1) * Block)];
        var nonce = file[..SealedBlocks.NonceBytes];
        AssertRefused([.. nonce, .. Of(file, 1), .. Of(file, 0), .. Of(file, 2), .. Of(file, 3)]);
        AssertRefused([.. nonce, .. Of(file, 0), .. Of(file, 2), .. Of(file, 3)]);
        AssertRefused([.. nonce, .. Of(file, 0), .. Of(before, 1), .. Of(file, 2), .. Of(file, 3)]);
        Assert.Equal(Bytes, Read([.. nonce, .. Of(file, 0), .. Of(file, 1), .. Of(file, 2), .. Of(file, 3)]));
    }

    [Fact]
    public void Another_key_reads_nothing() =>
        Assert.Throws<InvalidDataException>(() => Read(Sealed(Bytes), RandomNumberGenerator.GetBytes(32)));

    private static void AssertRefused(byte[] file) =>
        Assert.True(Record.Exception(() => Read(file)) is InvalidDataException or EndOfStreamException, "It was read.");

    private static byte[] Sealed(byte[] bytes)
    {
        using var file = new MemoryStream();
        using var writer = new SealedWriter(file, Key);
        for (var at = 0; at < bytes.Length; at += 100_003)
        {
            writer.Write(bytes.AsSpan(at, Math.Min(100_003, bytes.Length - at)));
        }

        writer.Complete();
        return file.ToArray();
    }

    private static byte[] Read(byte[] file, byte[]? key = null)
    {
        using var reader = new SealedReader(new MemoryStream(file), key ?? Key);
        using var bytes = new MemoryStream();
        reader.CopyTo(bytes);
        return bytes.ToArray();
    }
}
