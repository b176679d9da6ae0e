using Tessera.Postgres.Rows;

namespace Tessera.Postgres.Schema;

/// <summary>
/// DDL of the procedure through which a realm's writes enter, and the lock by which a mover shuts it. The realm is the
/// procedure's first argument (text), the epoch the writer believes in its second (bigint).
/// </summary>
/// <param name="Procedure">Its name, as <see cref="WriteEntry"/> calls it.</param>
/// <param name="Table">The table that holds state and epoch, with its schema if it is not on the search path.</param>
public sealed record WriteFenceSql(
    string Procedure = "tessera_enter_write",
    string Table = "realms",
    string RealmColumn = "realm_id",
    string StateColumn = "state",
    string EpochColumn = "epoch",
    string ActiveState = "active",
    string Setting = "app.current_realm_id")
{
    // One number space for all realms of a database. Two realms that hash alike wait for each other's fence, no more.
    private const string LockSpace = "7741";

    /// <summary>
    /// Takes the realm's lock for its mover: waits for writes in flight and keeps new ones out until the transaction ends.
    /// The realm is parameter <c>$1</c>. Set a <c>lock_timeout</c> first, and change the state in a later statement.
    /// </summary>
    public const string LockForMove = $"SELECT pg_advisory_xact_lock({LockSpace}, hashtext($1))";

    /// <summary>The procedure. May be run again.</summary>
    public string Create() => $"""
        CREATE OR REPLACE PROCEDURE {SqlName.QuoteQualified(Procedure)}(p_realm text, p_epoch bigint) LANGUAGE plpgsql AS $tessera$
        DECLARE
            v_state text;
            v_epoch bigint;
        BEGIN
            -- Any other level has one snapshot, which may be older than the fence.
            IF current_setting('transaction_isolation') <> 'read committed' THEN
                RAISE EXCEPTION 'Writes need READ COMMITTED, not %.', current_setting('transaction_isolation') USING ERRCODE = '{SqlStates.WrongIsolation}';
            END IF;
            PERFORM set_config('{RowSetting.Checked(Setting)}', p_realm, true);
            PERFORM pg_advisory_xact_lock_shared({LockSpace}, hashtext(p_realm));
            -- A statement of its own: its snapshot comes after the lock. Lock and check in one statement let late writes through.
            SELECT {SqlName.Quote(StateColumn)}, {SqlName.Quote(EpochColumn)} INTO v_state, v_epoch
                FROM {SqlName.QuoteQualified(Table)} WHERE {SqlName.Quote(RealmColumn)} = p_realm;
            IF v_state IS DISTINCT FROM {SqlName.Literal(ActiveState)} OR v_epoch IS DISTINCT FROM p_epoch THEN
                RAISE EXCEPTION 'Realm % is % at epoch %, not active at epoch %.', p_realm, coalesce(v_state, 'absent'), v_epoch, p_epoch
                    USING ERRCODE = '{SqlStates.Fenced}';
            END IF;
        END
        $tessera$;
        """;
}
