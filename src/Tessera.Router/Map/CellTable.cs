using System.Diagnostics.CodeAnalysis;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;

namespace Tessera.Router.Map;

/// <summary>The cells, each with a number that tenants' records name. A cell that was never told has a number too. One writer, any readers.</summary>
internal sealed class CellTable
{
    private CellId[] _ids = [];
    private CellEntry?[] _entries = [];
    private readonly Dictionary<CellId, int> _numbers = []; // the writer's

    /// <summary>Takes the cell as it is told. An endpoint that is no address leads nowhere.</summary>
    public void Apply(CellEntry cell)
    {
        var number = NumberOf(cell.CellId);
        var entries = (CellEntry?[])_entries.Clone();
        entries[number] = Uri.TryCreate(cell.Endpoint, UriKind.Absolute, out _) ? cell : cell with { Endpoint = null };
        Volatile.Write(ref _entries, entries);
    }

    public int NumberOf(CellId cell)
    {
        if (!_numbers.TryGetValue(cell, out var number))
        {
            number = checked((ushort)_ids.Length);
            _numbers.Add(cell, number);
            Volatile.Write(ref _ids, [.. _ids, cell]);
            Volatile.Write(ref _entries, [.. _entries, null]);
        }

        return number;
    }

    public bool TryGet(int number, [NotNullWhen(true)] out CellEntry? cell)
    {
        var entries = Volatile.Read(ref _entries);
        cell = number < entries.Length ? entries[number] : null;
        return cell is not null;
    }

    public bool TryGet(CellId id, [NotNullWhen(true)] out CellEntry? cell)
    {
        var number = Array.IndexOf(Volatile.Read(ref _ids), id);
        cell = null;
        return number >= 0 && TryGet(number, out cell);
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_ids.Length);
        for (var number = 0; number < _ids.Length; number++)
        {
            var cell = _entries[number];
            writer.Write(_ids[number].Value);
            writer.Write(cell is not null);
            writer.Write(cell?.Region ?? "");
            writer.Write(cell?.Endpoint ?? "");
            writer.Write(cell?.Backend == Backend.Cognito);
        }
    }

    public void Load(BinaryReader reader)
    {
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var id = CellId.TryParse(reader.ReadString(), out var read) ? read : throw new InvalidDataException("The copy names no valid cell.");
            NumberOf(id);
            var (isTold, region, endpoint, isCognito) = (reader.ReadBoolean(), reader.ReadString(), reader.ReadString(), reader.ReadBoolean());
            if (isTold)
            {
                Apply(new CellEntry(id, region, endpoint.Length == 0 ? null : endpoint, isCognito ? Backend.Cognito : Backend.Native));
            }
        }
    }
}
