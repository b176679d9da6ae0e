using System.Collections.Concurrent;
using System.Text;

namespace Tessera.Router.Map;

/// <summary>
/// Keys that so many tenants have in common that they would lie in each other's way in the table: four bytes a tenant, in a list of
/// the key's own. One writer, any readers.
/// </summary>
internal sealed class CrowdedKeys
{
    private readonly ConcurrentDictionary<string, List<uint>> _places = new(StringComparer.Ordinal);
    private volatile bool _any;

    public int Count { get; private set; }

    public long Held => (long)Count * sizeof(uint);

    public bool Has(ReadOnlySpan<byte> key) => _any && _places.ContainsKey(Text(key));

    /// <summary>Gives a key a list of its own.</summary>
    public void Begin(ReadOnlySpan<byte> key, List<uint> places)
    {
        _places[Text(key)] = places;
        _any = true;
        Count += places.Count;
    }

    public void Add(ReadOnlySpan<byte> key, uint place)
    {
        var list = _places[Text(key)];
        lock (list)
        {
            list.Add(place);
        }

        Count++;
    }

    /// <returns>Whether it was there.</returns>
    public bool Remove(ReadOnlySpan<byte> key, uint place)
    {
        if (!_any || !_places.TryGetValue(Text(key), out var list))
        {
            return false;
        }

        lock (list)
        {
            var at = list.IndexOf(place);
            if (at < 0)
            {
                return false;
            }

            list[at] = list[^1];
            list.RemoveAt(list.Count - 1);
        }

        Count--;
        return true;
    }

    /// <summary>The last <paramref name="most"/> places of a key, in no order that means anything.</summary>
    public uint[] Find(ReadOnlySpan<byte> key, int most)
    {
        if (!_any || !_places.TryGetValue(Text(key), out var list))
        {
            return [];
        }

        lock (list)
        {
            return [.. list.Skip(Math.Max(0, list.Count - most))];
        }
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_places.Count);
        foreach (var (key, places) in _places)
        {
            writer.Write(key);
            writer.Write(places.Count);
            places.ForEach(writer.Write);
        }
    }

    public void Load(BinaryReader reader)
    {
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var key = reader.ReadString();
            var places = new List<uint>(reader.ReadInt32());
            for (var place = places.Capacity; place > 0; place--)
            {
                places.Add(reader.ReadUInt32());
            }

            Begin(Encoding.Latin1.GetBytes(key), places);
        }
    }

    private static string Text(ReadOnlySpan<byte> key) => Encoding.Latin1.GetString(key);
}
