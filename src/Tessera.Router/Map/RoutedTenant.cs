using System.Diagnostics.CodeAnalysis;
using System.Text;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;

namespace Tessera.Router.Map;

/// <summary>A tenant as the map holds it, read field by field when asked. Stays what it is while the map goes on.</summary>
internal readonly struct RoutedTenant(RouteMap map, Records records, uint place)
{
    public TenantId TenantId => new(Record.Id);

    public Slug Slug => Parse<Slug>(Record.Slug);

    public TenantState State => Record.State;

    public Pattern Pattern => Record.Pattern;

    public Backend Backend => Record.Backend;

    public long Epoch => Record.Epoch;

    public RealmId Realm => map.Realms.Read(Record.Realm);

    public RealmId? SharedRealm => Record.SharedRealm is { Length: > 0 } realm ? map.Realms.Read(realm) : null;

    public string Issuer => Record.Issuer is { Length: > 0 } issuer ? Encoding.ASCII.GetString(issuer) : map.IssuerOf(Realm);

    /// <summary>The authority of its sign-in host.</summary>
    public string SignInHost => Encoding.ASCII.GetString(Record.Host);

    /// <summary>The client that is told to who asks; null where the tenant has none of its own.</summary>
    public ClientId? DefaultClient => Record.ClientCount > 0 ? Parse<ClientId>(Record.Client(0)) : null;

    private TenantRecord Record => records[place];

    /// <summary>Its cell; false where the directory never told of it.</summary>
    public bool TryGetCell([NotNullWhen(true)] out CellEntry? cell) => map.Cells.TryGet(Record.Cell, out cell);

    private static TId Parse<TId>(ReadOnlySpan<byte> text) where TId : struct, IId<TId> =>
        TId.TryParse(Encoding.ASCII.GetString(text), out var id) ? id : throw new InvalidOperationException($"The map holds no valid {typeof(TId).Name}.");
}
