using System.Buffers.Binary;
using Tessera.Contracts.Routing;

namespace Tessera.Router.Map;

/// <summary>
/// A tenant as bytes, read in place. In this order: id, flags, number of the cell, epoch, length of the slug, sign-in host,
/// slug (unless the host begins with it), realm, shared realm (if any), issuer, clients, e-mail domains; texts are ASCII
/// behind their length. <see cref="RecordWriter"/> writes it.
/// </summary>
internal readonly ref struct TenantRecord
{
    public const int IdLength = 16;

    private readonly ReadOnlySpan<byte> _bytes;

    public TenantRecord(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public ReadOnlySpan<byte> IdBytes => _bytes[..IdLength];

    public Guid Id => new(IdBytes);

    public TenantState State => (TenantState)((int)Flags & 3);

    public Pattern Pattern => (Pattern)((int)Flags >> 2 & 3);

    public Backend Backend => Flags.HasFlag(RecordFlags.IsCognito) ? Backend.Cognito : Backend.Native;

    /// <summary>Whether its clients are its own; a shared tenant's are its home's.</summary>
    public bool HasClients => Pattern != Pattern.Shared;

    /// <summary>Whether realm and host are its own; all tenants of a user pool have theirs in common.</summary>
    public bool HasRealm => HasClients && Backend == Backend.Native;

    /// <summary>The number of its cell.</summary>
    public int Cell => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[(IdLength + 1)..]);

    public long Epoch => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[(IdLength + 3)..]);

    public ReadOnlySpan<byte> Host => Text(HostAt);

    public ReadOnlySpan<byte> Slug => Flags.HasFlag(RecordFlags.SlugApart) ? Text(AfterHost) : Host[.._bytes[HostAt - 1]];

    /// <summary>As <see cref="RealmTexts"/> writes it.</summary>
    public ReadOnlySpan<byte> Realm => Text(RealmAt);

    /// <summary>Empty where there is none.</summary>
    public ReadOnlySpan<byte> SharedRealm => Flags.HasFlag(RecordFlags.HasShared) ? Text(After(RealmAt)) : [];

    /// <summary>Empty where it is the auth host's own, followed by the realm.</summary>
    public ReadOnlySpan<byte> Issuer => Text(IssuerAt);

    public int ClientCount => CountAt(ClientsAt);

    public int DomainCount => CountAt(DomainsAt);

    private RecordFlags Flags => (RecordFlags)_bytes[IdLength];

    private static int HostAt => IdLength + 3 + sizeof(uint) + 1;

    private int AfterHost => After(HostAt);

    private int RealmAt => Flags.HasFlag(RecordFlags.SlugApart) ? After(AfterHost) : AfterHost;

    private int IssuerAt => Flags.HasFlag(RecordFlags.HasShared) ? After(After(RealmAt)) : After(RealmAt);

    private int ClientsAt => After(IssuerAt);

    private int DomainsAt => Skip(ClientsAt, ClientCount);

    public ReadOnlySpan<byte> Client(int number) => Text(Skip(ClientsAt, number));

    public ReadOnlySpan<byte> Domain(int number) => Text(Skip(DomainsAt, number));

    private ReadOnlySpan<byte> Text(int at) => _bytes.Slice(at + 1, _bytes[at]);

    private int CountAt(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[at..]);

    private int After(int at) => at + 1 + _bytes[at];

    // From the count of a list to its text of that number.
    private int Skip(int list, int number)
    {
        var at = list + sizeof(ushort);
        for (var i = 0; i < number; i++)
        {
            at = After(at);
        }

        return at;
    }
}

/// <summary>State and pattern in the low four bits, and what a record has or leaves out.</summary>
[Flags]
internal enum RecordFlags : byte
{
    None = 0,
    HasShared = 1 << 4,
    SlugApart = 1 << 5,
    IsCognito = 1 << 6,
}
