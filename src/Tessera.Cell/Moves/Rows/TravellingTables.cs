using Microsoft.EntityFrameworkCore.Metadata;
using Tessera.Cell.Store;

namespace Tessera.Cell.Moves.Rows;

/// <summary>
/// What moves with a realm, in the order in which its rows have to be written. A table of the model that belongs to a realm and
/// is neither here nor among those that stay fails a test: nothing is left behind by having been forgotten.
/// </summary>
internal sealed class TravellingTables(CellStore store)
{
    /// <summary>What stays, and why.</summary>
    public static readonly IReadOnlyDictionary<Type, string> Stay = new Dictionary<Type, string>
    {
        [typeof(MoveRow)] = "each cell's own account of a move",
        [typeof(LedgerTableRow)] = "each cell's own knowledge of the rows while they move",
        [typeof(LedgerEntryRow)] = "each cell's own knowledge of the rows while they move",
        [typeof(LedgerChangeRow)] = "each cell's own knowledge of the rows while they move",
        [typeof(SharedTenantRow)] = "a shared realm does not move: its tenants are promoted first",
        [typeof(MembershipRow)] = "a shared realm does not move: its tenants are promoted first",
        [typeof(ClientGrantRow)] = "a shared realm does not move: its tenants are promoted first",
    };

    public IReadOnlyList<TravelTable> All { get; } = List(Model(store));

    /// <summary>Those of which the store notes every write: all but the realm's own row, which is told whenever anything is.</summary>
    public IEnumerable<TravelTable> Noted => All.Where(table => table is not RealmTable);

    /// <summary>The table of this name, if it travels.</summary>
    public TravelTable? Find(string name) => All.FirstOrDefault(table => table.Name == name);

    private static TravelTable[] List(IModel model) =>
    [
        new RealmTable(model),
        new OwnedTable<ClientRow>(model, new ClientTies()),
        new OwnedTable<ScopeRow>(model),
        new OwnedTable<AccountRow>(model, new AccountTies()),
        new OwnedTable<SessionRow>(model, new SessionTies()),
        new OwnedTable<GrantRow>(model, new GrantTies()),
        new OwnedTable<TokenRow>(model, new TokenTies()),
        new OwnedTable<SpentAssertionRow>(model),
        new OwnedTable<LogoutNoticeRow>(model),
        new OwnedTable<RevocationNoticeRow>(model),
        new OwnedTable<FormerKeyRow>(model),
        new OwnedTable<AuditRow>(model),
    ];

    private static IModel Model(CellStore store)
    {
        using var db = store.Open(RowsOf.Cell);
        return db.Model;
    }
}
