using System.Collections.Concurrent;
using System.Text;
using Npgsql;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Tessera.Cell.Tokens.Store;

/// <summary>The statements of <see cref="PostgresTicketRows"/>. Their texts are few, so that each is prepared once per connection.</summary>
internal sealed class TicketSql(RowMap<TokenRow> tokens, RowMap<GrantRow> grants, RowMap<AccountRow> accounts, RowMap<AuditRow> audit)
{
    public const string SetRealm = $"SELECT pg_catalog.set_config('{RowsOf.RealmSetting}', $1, true)";
    public const string EnterWrite = $"CALL {RowsOf.EnterWrite}($1, $2)";

    private const string Uuid = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$";
    private const int MaxRows = 8;
    private readonly ConcurrentDictionary<(bool Grant, bool Redeemed, bool Once, int Issued, int Audit), string> _commits = new();

    /// <summary>One ticket with its grant and its account: realm, hash.</summary>
    public string Find { get; } = $"""
        SELECT {tokens.Columns("t")}, {grants.Columns("g")}, {accounts.Columns("a")}
        FROM {tokens.Table} t
        LEFT JOIN {grants.Table} g ON g.realm_id = t.realm_id AND g.id = t.authorization_id
        LEFT JOIN {accounts.Table} a ON a.realm_id = t.realm_id AND a.sub = CASE WHEN t.subject ~ '{Uuid}' THEN t.subject::uuid END
        WHERE t.realm_id = $1 AND t.reference_id = $2
        """;

    /// <summary>
    /// Everything a request writes, in one statement: the grant is held against whoever ends it, the ticket is redeemed if
    /// nobody has, and the new rows come to be only if both were possible. Answers how often each happened.
    /// </summary>
    public NpgsqlBatchCommand Commit(Realm realm, TicketChange change)
    {
        var shape = (change.Redeemed?.AuthorizationId is not null, change.Redeemed is not null, change.Once, change.Issued.Count, change.Audit.Count);
        var command = new NpgsqlBatchCommand(_commits.GetOrAdd(shape, Compose));
        SqlValue.Add(command.Parameters, realm.Id.Value);
        if (change.Redeemed is { } ticket)
        {
            SqlValue.Add(command.Parameters, ticket.Id);
            SqlValue.Add(command.Parameters, ticket.RedemptionDate);
            SqlValue.Add(command.Parameters, ticket.ConcurrencyToken);
            if (ticket.AuthorizationId is { } grant)
            {
                SqlValue.Add(command.Parameters, grant);
            }
        }

        foreach (var row in change.Issued)
        {
            row.RealmId = realm.Id.Value;
            tokens.AddValues(command.Parameters, row);
        }

        foreach (var row in change.Audit)
        {
            row.RealmId = realm.Id.Value;
            audit.AddValues(command.Parameters, row);
        }

        return command;
    }

    private string Compose((bool Grant, bool Redeemed, bool Once, int Issued, int Audit) shape)
    {
        if (shape.Issued + shape.Audit > MaxRows)
        {
            throw new InvalidOperationException($"A request writes at most {MaxRows} tickets and audit rows, not {shape.Issued + shape.Audit}.");
        }

        var (parts, conditions, next) = (new List<string>(), new List<string>(), shape.Redeemed ? shape.Grant ? 6 : 5 : 2);
        if (shape.Grant)
        {
            parts.Add($"held AS (SELECT 1 FROM {grants.Table} WHERE realm_id = $1 AND id = $5 AND status = '{Statuses.Valid}' FOR SHARE)");
            conditions.Add("EXISTS (SELECT FROM held)");
        }

        if (shape.Redeemed)
        {
            parts.Add($"""
                redeemed AS (UPDATE {tokens.Table} SET status = '{Statuses.Redeemed}', redemption_date = $3, concurrency_token = $4
                    WHERE realm_id = $1 AND id = $2 AND status = '{Statuses.Valid}'{Also(conditions)} RETURNING 1)
                """);
            if (shape.Once)
            {
                conditions.Add("EXISTS (SELECT FROM redeemed)");
            }
        }

        var written = new List<string>();
        for (var i = 0; i < shape.Issued; i++, next += tokens.Width)
        {
            parts.Add(Insert(written, tokens.Table, tokens.Columns(), tokens.Parameters(next), conditions));
        }

        for (var i = 0; i < shape.Audit; i++, next += audit.Width)
        {
            parts.Add(Insert(written, audit.Table, audit.Columns(), audit.Parameters(next), conditions));
        }

        return new StringBuilder("WITH ").AppendJoin(",\n", parts).Append("\nSELECT ")
            .Append(shape.Grant ? "(SELECT count(*) FROM held), " : "0::bigint, ")
            .Append(shape.Redeemed ? "(SELECT count(*) FROM redeemed), " : "0::bigint, ")
            .AppendJoin(" + ", written.Select(name => $"(SELECT count(*) FROM {name})").Prepend("0::bigint")).ToString();
    }

    private static string Insert(List<string> written, string table, string columns, string values, List<string> conditions)
    {
        written.Add($"w{written.Count}");
        return $"{written[^1]} AS (INSERT INTO {table} ({columns}) SELECT {values} WHERE $1 <> ''{Also(conditions)} RETURNING 1)";
    }

    private static string Also(List<string> conditions) => string.Concat(conditions.Select(condition => $" AND {condition}"));
}
