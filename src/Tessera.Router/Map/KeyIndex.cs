using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Tessera.Router.Map;

/// <summary>Which texts of a record an index knows it by.</summary>
internal interface IRecordKeys
{
    /// <summary>Whether several tenants may have the same key.</summary>
    static abstract bool MayBeShared { get; }

    static abstract int Count(TenantRecord record);

    static abstract ReadOnlySpan<byte> At(TenantRecord record, int number);
}

/// <summary>
/// Records by key: an open-addressed table of four bytes a slot, which hold the record's place and five bits of the key's
/// hash, so that hardly a record is looked at in vain. The keys stand in the records alone. One writer, any readers, no
/// lock: a slot is written whole, and a table that grows is filled before it takes the old one's place.
/// </summary>
internal sealed class KeyIndex<TKeys>(RecordLog log, long seed) where TKeys : struct, IRecordKeys
{
    private const uint Empty = 0;
    private const uint Gone = 1;
    private const int TagBits = 5;
    private const double MostLoad = 0.85;
    private const double FreshLoad = 0.65;
    private const int LeastSlots = 64;

    /// <summary>So many tenants may lie behind each other in the table with one key; with more it gets a list of its own.</summary>
    public const int MostBehindEachOther = 8;

    private readonly CrowdedKeys _crowded = new();
    private uint[] _slots = new uint[LeastSlots];
    private int _taken; // slots that are not empty

    /// <summary>How many keys lead to a record.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of memory held.</summary>
    public long Held => (long)_slots.Length * sizeof(uint) + _crowded.Held;

    /// <summary>The place of the record with this key; 0 if there is none. Where several have it, the first found.</summary>
    public uint Find(ReadOnlySpan<byte> key)
    {
        var (slots, hash) = (Volatile.Read(ref _slots), Hash(key));
        for (var at = First(hash, slots.Length); Volatile.Read(ref slots[at]) is var slot and not Empty; at = Next(at, slots.Length))
        {
            if (IsOf(slot, hash) && Has(slot >> TagBits, key))
            {
                return slot >> TagBits;
            }
        }

        return 0;
    }

    /// <summary>The places of records with this key, at most so many. While one is rewritten it may be there twice.</summary>
    public List<uint> FindAll(ReadOnlySpan<byte> key, int most)
    {
        var (slots, hash, found) = (Volatile.Read(ref _slots), Hash(key), new List<uint>());
        for (var at = First(hash, slots.Length); Volatile.Read(ref slots[at]) is var slot and not Empty; at = Next(at, slots.Length))
        {
            if (IsOf(slot, hash) && Has(slot >> TagBits, key))
            {
                found.Add(slot >> TagBits);
            }
        }

        // After the table: what goes from there to here is in both for a while.
        return [.. found.Union(_crowded.Find(key, most)).Take(most)];
    }

    /// <summary>Every place a key leads to; the writer's alone, and nothing is put or removed meanwhile.</summary>
    public IEnumerable<uint> Places()
    {
        foreach (var slot in _slots)
        {
            if (slot is not (Empty or Gone))
            {
                yield return slot >> TagBits;
            }
        }
    }

    /// <summary>
    /// Makes room for so many keys more. While a table grows every key must lead to one record, so this comes before a
    /// change of many that hand keys to each other.
    /// </summary>
    public void Reserve(int keys)
    {
        if (_taken + keys > _slots.Length * MostLoad)
        {
            Grow(keys);
        }
    }

    /// <summary>Makes the keys of the record at <paramref name="place"/> lead to it, instead of to what had them.</summary>
    public void Put(uint place)
    {
        var record = new TenantRecord(log[place]);
        for (var number = 0; number < TKeys.Count(record); number++)
        {
            var key = TKeys.At(record, number);
            if (TKeys.MayBeShared && IsCrowded(key))
            {
                _crowded.Add(key, place);
                continue;
            }

            Reserve(1);
            Put(_slots, key, place);
        }
    }

    /// <summary>Takes away what still leads to the record at <paramref name="place"/>.</summary>
    public void Remove(uint place)
    {
        var record = new TenantRecord(log[place]);
        for (var number = 0; number < TKeys.Count(record); number++)
        {
            var hash = Hash(TKeys.At(record, number));
            if (TKeys.MayBeShared && _crowded.Remove(TKeys.At(record, number), place))
            {
                continue;
            }

            var sought = Slot(place, hash);
            for (var at = First(hash, _slots.Length); _slots[at] != Empty; at = Next(at, _slots.Length))
            {
                if (_slots[at] == sought)
                {
                    Volatile.Write(ref _slots[at], Gone);
                    Count--;
                    break;
                }
            }
        }
    }

    /// <summary>How many slots stand one behind another without an empty one between them, at most.</summary>
    public int LongestSearch()
    {
        var (longest, length) = (0, 0);
        foreach (var slot in _slots)
        {
            length = slot == Empty ? 0 : length + 1;
            longest = Math.Max(longest, length);
        }

        return longest;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Count);
        writer.Write(_taken);
        writer.Write(_slots.Length);
        writer.Write(MemoryMarshal.AsBytes<uint>(_slots));
        _crowded.Save(writer);
    }

    public void Load(BinaryReader reader)
    {
        (Count, _taken) = (reader.ReadInt32(), reader.ReadInt32());
        var slots = GC.AllocateUninitializedArray<uint>(reader.ReadInt32());
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(slots.AsSpan()));
        _crowded.Load(reader);
        Volatile.Write(ref _slots, slots);
    }

    // Whether the key has a list of its own, giving it one where too many have it for the table.
    private bool IsCrowded(ReadOnlySpan<byte> key)
    {
        if (_crowded.Has(key))
        {
            return true;
        }

        var places = FindAll(key, MostBehindEachOther);
        if (places.Count < MostBehindEachOther)
        {
            return false;
        }

        _crowded.Begin(key, places);
        var hash = Hash(key);
        for (var at = First(hash, _slots.Length); _slots[at] != Empty; at = Next(at, _slots.Length))
        {
            if (IsOf(_slots[at], hash) && places.Contains(_slots[at] >> TagBits))
            {
                Volatile.Write(ref _slots[at], Gone);
                Count--;
            }
        }

        places.ForEach(place => PutOthersBack(place, hash));
        return true;
    }

    // A slot does not say which key of its record it stood for: another with the same tag may have lost its own.
    private void PutOthersBack(uint place, ulong gone)
    {
        var record = new TenantRecord(log[place]);
        for (var number = 0; number < TKeys.Count(record); number++)
        {
            var key = TKeys.At(record, number);
            if (IsOf(Slot(place, gone), Hash(key)) && !_crowded.Has(key))
            {
                Reserve(1);
                Put(_slots, key, place);
            }
        }
    }

    private void Put(uint[] slots, ReadOnlySpan<byte> key, uint place)
    {
        var hash = Hash(key);
        var free = -1;
        for (var at = First(hash, slots.Length); ; at = Next(at, slots.Length))
        {
            var slot = slots[at];
            if (slot == Empty)
            {
                _taken += free < 0 ? 1 : 0;
                Count++;
                Volatile.Write(ref slots[free < 0 ? at : free], Slot(place, hash));
                return;
            }

            if (slot == Gone)
            {
                free = free < 0 ? at : free;
            }
            else if (IsOf(slot, hash) && Has(slot >> TagBits, key) && (!TKeys.MayBeShared || IsOfOneTenant(slot >> TagBits, place)))
            {
                Volatile.Write(ref slots[at], Slot(place, hash));
                return;
            }
        }
    }

    // Readers go on with the old table until the new one is whole.
    private void Grow(int keys)
    {
        var old = _slots;
        var fresh = new uint[Math.Max(LeastSlots, (int)((Count + keys) / FreshLoad))];
        (_taken, Count) = (0, 0);
        foreach (var slot in old)
        {
            if (slot is not (Empty or Gone))
            {
                Rehash(fresh, slot);
            }
        }

        Volatile.Write(ref _slots, fresh);
    }

    // A slot does not say which key of its record it stands for, but all of them lead to it.
    private void Rehash(uint[] slots, uint slot)
    {
        var record = new TenantRecord(log[slot >> TagBits]);
        for (var number = 0; number < TKeys.Count(record); number++)
        {
            var key = TKeys.At(record, number);
            if (IsOf(slot, Hash(key)) && !(TKeys.MayBeShared && _crowded.Has(key)))
            {
                Put(slots, key, slot >> TagBits);
            }
        }
    }

    private bool Has(uint place, ReadOnlySpan<byte> key)
    {
        var record = new TenantRecord(log[place]);
        for (var number = 0; number < TKeys.Count(record); number++)
        {
            if (TKeys.At(record, number).SequenceEqual(key))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsOfOneTenant(uint one, uint other) => new TenantRecord(log[one]).IdBytes.SequenceEqual(new TenantRecord(log[other]).IdBytes);

    private ulong Hash(ReadOnlySpan<byte> key) => XxHash3.HashToUInt64(key, seed);

    private static uint Slot(uint place, ulong hash) => place << TagBits | (uint)hash & ((1 << TagBits) - 1);

    private static bool IsOf(uint slot, ulong hash) => slot != Gone && (((uint)hash ^ slot) & ((1 << TagBits) - 1)) == 0;

    private static int First(ulong hash, int length) => (int)((hash >> 32) * (ulong)length >> 32);

    private static int Next(int at, int length) => at + 1 == length ? 0 : at + 1;
}
