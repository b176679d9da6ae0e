using System.Text;
using System.Text.Json;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Wire;

namespace Tessera.Router.Map;

/// <summary>The map on disk: its small tables as JSON, its records and indexes as they lie in memory.</summary>
internal sealed partial class RouteMap
{
    private const string Format = "tessera-route-map-3";

    public void Save(Stream file)
    {
        using var writer = new BinaryWriter(file, Encoding.UTF8, leaveOpen: true);
        writer.Write(Format);
        writer.Write(_issuerBase);
        writer.Write(Revision);
        writer.Write(_isWhole);
        using var tables = new MemoryStream();
        SaveTables(new BinaryWriter(tables));
        writer.Write((int)tables.Length);
        writer.Write(tables.GetBuffer().AsSpan(0, (int)tables.Length));
        _records.Save(writer);
    }

    public void Load(Stream file)
    {
        using var reader = new BinaryReader(file, Encoding.UTF8, leaveOpen: true);
        if (reader.ReadString() != Format || reader.ReadString() != _issuerBase)
        {
            throw new InvalidDataException("The copy was written by another version of this program, or for another auth host.");
        }

        var (revision, isWhole) = (reader.ReadInt64(), reader.ReadBoolean());
        using var tables = new MemoryStream(reader.ReadBytes(reader.ReadInt32()));
        var records = Records.Load(reader);
        if (file.ReadByte() >= 0)
        {
            throw new InvalidDataException("The copy goes on behind its end.");
        }

        LoadTables(new BinaryReader(tables));
        Volatile.Write(ref _records, records);
        Volatile.Write(ref _revision, revision);
        Volatile.Write(ref _isWhole, isWhole);
    }

    private void SaveTables(BinaryWriter writer)
    {
        Realms.Save(writer);
        Cells.Save(writer);
        Save(writer, new FeedPage(0, Revision, false, [], [], [], [.. _shared.All], []));
    }

    private void LoadTables(BinaryReader reader)
    {
        Realms.Load(reader);
        Cells.Load(reader);
        foreach (var shared in LoadPage(reader).SharedRealms)
        {
            _shared.Apply(shared);
        }
    }

    private static void Save(BinaryWriter writer, FeedPage page)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(page, WireJson.Default.FeedPage);
        writer.Write(json.Length);
        writer.Write(json);
    }

    private static FeedPage LoadPage(BinaryReader reader) =>
        JsonSerializer.Deserialize(reader.ReadBytes(reader.ReadInt32()), WireJson.Default.FeedPage) ?? throw new InvalidDataException("The copy has no shared realms.");
}
