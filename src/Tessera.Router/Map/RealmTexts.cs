using System.Text;
using Tessera.Contracts.Ids;

namespace Tessera.Router.Map;

/// <summary>
/// Realms in ten bytes: the number of the region they were born in, then their nine characters. A region beyond the
/// two hundredth is written out. One writer, any readers.
/// </summary>
internal sealed class RealmTexts
{
    public const int MostBytes = 1 + 55;
    private const int Own = 9;
    private const int MostRegions = 200;
    private const byte WrittenOut = 255;

    private string[] _regions = [];

    /// <summary>The realm's bytes, giving its region a number if it has none.</summary>
    public byte[] Write(RealmId realm)
    {
        if (Array.IndexOf(_regions, realm.Region) < 0 && _regions.Length < MostRegions)
        {
            Volatile.Write(ref _regions, [.. _regions, realm.Region]);
        }

        var buffer = new byte[MostBytes];
        return TryWrite(realm, buffer, out var length) ? buffer[..length] : throw new InvalidOperationException("A region has just been numbered.");
    }

    /// <summary>False where no realm of this region was ever written, so that none is found.</summary>
    public bool TryWrite(RealmId realm, Span<byte> bytes, out int length)
    {
        var text = realm.Value.AsSpan();
        var regions = Volatile.Read(ref _regions);
        for (var number = 0; number < regions.Length; number++)
        {
            if (text[..^(Own + 1)].SequenceEqual(regions[number]))
            {
                bytes[0] = (byte)number;
                length = 1 + Encoding.ASCII.GetBytes(text[^Own..], bytes[1..]);
                return true;
            }
        }

        bytes[0] = WrittenOut;
        length = 1 + Encoding.ASCII.GetBytes(text, bytes[1..]);
        return regions.Length >= MostRegions;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_regions.Length);
        foreach (var region in _regions)
        {
            writer.Write(region);
        }
    }

    public void Load(BinaryReader reader) =>
        Volatile.Write(ref _regions, [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadString())]);

    public RealmId Read(ReadOnlySpan<byte> bytes)
    {
        var text = bytes[0] == WrittenOut
            ? Encoding.ASCII.GetString(bytes[1..])
            : $"{Volatile.Read(ref _regions)[bytes[0]]}_{Encoding.ASCII.GetString(bytes[1..])}";
        return RealmId.TryParse(text, out var realm) ? realm : throw new InvalidOperationException("The map holds no valid realm.");
    }
}
