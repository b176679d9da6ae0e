using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Tessera.Cell.Store;

/// <summary>
/// Triggers that note every write to the rows of a realm that a move has in hand, whatever statement makes it. A key is a JSON
/// array of texts, in which bytes are <c>\x</c> and hexadecimal digits, as PostgreSQL writes them.
/// </summary>
internal static class LedgerSql
{
    private const string Function = "tessera_note_change";

    /// <summary>The tables whose rows travel, but for the realm's own row, which is told whenever anything is.</summary>
    public static IEnumerable<IEntityType> Noted(IModel model) => model.GetEntityTypes()
        .Where(type => typeof(IRealmOwned).IsAssignableFrom(type.ClrType) && !typeof(ITenantOwned).IsAssignableFrom(type.ClrType) && !typeof(ILedgerRow).IsAssignableFrom(type.ClrType))
        .Where(type => type.ClrType != typeof(RealmRow) && type.ClrType != typeof(MoveRow));

    /// <summary>The columns that tell a row from the others of its realm.</summary>
    public static IEnumerable<IProperty> KeyOf(IEntityType type) => type.FindPrimaryKey()!.Properties.Where(property => property.Name != nameof(IRealmOwned.RealmId));

    public static string Postgres(IModel model) => $"""
        CREATE FUNCTION {Function}() RETURNS trigger LANGUAGE plpgsql AS $tessera$
        DECLARE
            v_realm text := CASE TG_OP WHEN 'DELETE' THEN OLD.realm_id ELSE NEW.realm_id END;
        BEGIN
            IF EXISTS (SELECT FROM ledger_tables WHERE realm_id = v_realm) THEN
                INSERT INTO ledger_changes (realm_id, table_name, row_key)
                    SELECT DISTINCT v_realm, TG_TABLE_NAME,
                        (SELECT jsonb_agg(written -> name ORDER BY place)::text FROM unnest(TG_ARGV) WITH ORDINALITY AS key (name, place))
                    FROM (VALUES (to_jsonb(OLD)), (to_jsonb(NEW))) AS sides (written) WHERE written IS NOT NULL;
            END IF;
            RETURN NULL;
        END
        $tessera$;
        {string.Join('\n', Noted(model).Select(OnPostgres))}
        """;

    public static string Sqlite(IModel model) => string.Join('\n', Noted(model).SelectMany(OnSqlite));

    private static string OnPostgres(IEntityType type)
    {
        var key = string.Join(", ", KeyOf(type).Select(column => $"'{column.GetColumnName()}'"));
        return $"CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON {type.GetTableName()} FOR EACH ROW EXECUTE FUNCTION {Function}({key});";
    }

    private static IEnumerable<string> OnSqlite(IEntityType type)
    {
        var table = type.GetTableName()!;
        yield return Trigger(table, "insert", "NEW", Note(type, "NEW"));
        yield return Trigger(table, "delete", "OLD", Note(type, "OLD"));
        yield return Trigger(table, "update", "NEW", $"{Note(type, "NEW")} {Note(type, "OLD", $" WHERE {Key(type, "OLD")} <> {Key(type, "NEW")}")}");
    }

    private static string Trigger(string table, string write, string row, string notes) => $"""
        CREATE TRIGGER IF NOT EXISTS note_{write}_of_{table} AFTER {write} ON {table} WHEN EXISTS (SELECT 1 FROM ledger_tables WHERE realm_id = {row}.realm_id)
        BEGIN {notes} END;
        """;

    private static string Note(IEntityType type, string row, string condition = "") =>
        $"INSERT INTO ledger_changes (realm_id, table_name, row_key) SELECT {row}.realm_id, '{type.GetTableName()}', {Key(type, row)}{condition};";

    private static string Key(IEntityType type, string row) => $"json_array({string.Join(", ", KeyOf(type)
        .Select(column => column.ClrType == typeof(byte[]) ? $"'\\x' || hex({row}.{column.GetColumnName()})" : $"{row}.{column.GetColumnName()}"))})";
}
