using System.Buffers.Binary;
using System.Diagnostics;

namespace Tessera.Router.Map;

/// <summary>
/// Records one after another, in chunks that are never moved: what was written stays as it is, so readers need no lock.
/// One writer. A record is known by its place, counted in units of eight bytes; place 0 is none.
/// </summary>
internal sealed class RecordLog
{
    public const int Unit = 8;

    /// <summary>No record is longer. A tenant with some hundred clients and domains is far below it.</summary>
    public const int MostBytes = 64 * 1024 - 1;

    /// <summary>What a place can say: a gibibyte, nine million tenants or so.</summary>
    public const uint LastPlace = (1u << 27) - 1;

    private const int LengthBytes = sizeof(ushort);
    private const int ChunkBytes = 1024 * 1024;
    private const int UnitsPerChunk = ChunkBytes / Unit;

    private byte[][] _chunks = [new byte[ChunkBytes]];
    private uint _end = 1; // so that no record is at place 0

    /// <summary>Bytes taken by records, live ones and those that were replaced.</summary>
    public long Bytes => (long)_end * Unit;

    /// <summary>Memory held.</summary>
    public long Held => (long)_chunks.Length * ChunkBytes;

    /// <summary>How many bytes a record of this length takes, with its length and what fills its last unit.</summary>
    public static int Taken(int length) => (LengthBytes + length + Unit - 1) / Unit * Unit;

    public ReadOnlySpan<byte> this[uint place]
    {
        get
        {
            var chunk = Volatile.Read(ref _chunks)[place / UnitsPerChunk];
            var at = (int)(place % UnitsPerChunk) * Unit;
            return chunk.AsSpan(at + LengthBytes, BinaryPrimitives.ReadUInt16LittleEndian(chunk.AsSpan(at)));
        }
    }

    /// <exception cref="InvalidOperationException">The log is full, or the record too long.</exception>
    public uint Append(ReadOnlySpan<byte> record)
    {
        var units = (uint)(Taken(record.Length) / Unit);
        if (record.Length > MostBytes)
        {
            throw new InvalidOperationException($"A tenant's record has {record.Length} bytes; {MostBytes} is the most.");
        }

        // A record does not cross from one chunk into the next.
        if (_end % UnitsPerChunk + units > UnitsPerChunk)
        {
            _end += UnitsPerChunk - _end % UnitsPerChunk;
        }

        if (_end + units > LastPlace)
        {
            throw new InvalidOperationException($"The map is full: it holds at most {(long)LastPlace * Unit} bytes of tenants.");
        }

        var place = _end;
        var chunk = ChunkOf(place);
        var at = (int)(place % UnitsPerChunk) * Unit;
        BinaryPrimitives.WriteUInt16LittleEndian(chunk.AsSpan(at), (ushort)record.Length);
        record.CopyTo(chunk.AsSpan(at + LengthBytes));
        _end += units;
        Debug.Assert(this[place].Length == record.Length);
        return place;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_end);
        for (var left = Bytes; left > 0; left -= ChunkBytes)
        {
            writer.Write(_chunks[(Bytes - left) / ChunkBytes], 0, (int)Math.Min(left, ChunkBytes));
        }
    }

    public static RecordLog Load(BinaryReader reader)
    {
        var log = new RecordLog { _end = reader.ReadUInt32() };
        log._chunks = new byte[(log.Bytes + ChunkBytes - 1) / ChunkBytes][];
        for (var number = 0; number < log._chunks.Length; number++)
        {
            log._chunks[number] = GC.AllocateUninitializedArray<byte>(ChunkBytes); // nothing is read that was not written
            reader.BaseStream.ReadExactly(log._chunks[number].AsSpan(0, (int)Math.Min(log.Bytes - (long)number * ChunkBytes, ChunkBytes)));
        }

        return log;
    }

    private byte[] ChunkOf(uint place)
    {
        var number = (int)(place / UnitsPerChunk);
        if (number == _chunks.Length)
        {
            Volatile.Write(ref _chunks, [.. _chunks, new byte[ChunkBytes]]);
        }

        return _chunks[number];
    }
}
