using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Moves;
using Tessera.Contracts.Wire;
using static System.Buffers.Text.Base64Url;

namespace Tessera.UnitTests.ControlPlane;

/// <summary>One attempt, as the cell keeps it past its end: what comes late is refused.</summary>
internal sealed class AttemptAtCell
{
    public required string Role { get; init; }

    public required long Epoch { get; init; }

    public string State { get; set; } = "";

    public string Key { get; init; } = "";

    public CellId? To { get; set; }
}

/// <summary>The cell's part in a move, over rows that are plain text: the rules are a cell's, the rows nobody's.</summary>
internal sealed partial class TestCell
{
    private const int RowsInPage = 3;
    private static readonly string[] MovingTables = ["accounts", "sessions"];

    private readonly Lock _moving = new();
    private long _written;

    /// <summary>Rows of realms, by realm, table and key.</summary>
    internal ConcurrentDictionary<(string Realm, string Table, string Key), string> Rows { get; } = new();

    internal ConcurrentDictionary<(string Realm, string Move), AttemptAtCell> Attempts { get; } = new();

    /// <summary>What a realm is here to its users: <c>active</c>, <c>fenced</c>, <c>arriving</c>, <c>moved</c>. Absent where the cell has none.</summary>
    internal ConcurrentDictionary<string, string> Standing { get; } = new();

    /// <summary>The keys of the pool each realm came from.</summary>
    internal ConcurrentDictionary<string, IReadOnlyList<PublicJwk>> FormerKeys { get; } = new();

    /// <summary>Until when tokens of the pool each realm came from are good here.</summary>
    internal ConcurrentDictionary<string, long> FormerKeysUntil { get; } = new();

    /// <summary>Another process on a copy of this one's rows, with the same id and key.</summary>
    public async Task<TestCell> CopyAsync()
    {
        var copy = await StartAsync(Id.Value);
        (copy.Identity, copy.ControlKey) = (IdentityKey.FromPem(Identity.ToPem()), ControlKey);
        foreach (var (realm, spec) in Realms)
        {
            copy.Realms[realm] = spec;
        }

        foreach (var (key, value) in Rows)
        {
            copy.Rows[key] = value;
        }

        return copy;
    }

    /// <summary>What is said in the place of an answer about a move, signed all the same.</summary>
    public Func<object, object> Instead { get; set; } = answer => answer;

    /// <summary>Looked at once the cell has done what it was asked and before it answers.</summary>
    public Func<string, Task> Afterwards { get; set; } = _ => Task.CompletedTask;

    /// <summary>Puts a row of a realm down, as its users' work does, unless the realm is not the cell's to write.</summary>
    public bool TryWrite(string realm, string table, string key, string value)
    {
        lock (_moving)
        {
            var writes = Realms.ContainsKey(realm) && Standing.GetValueOrDefault(realm, "active") == "active";
            if (writes)
            {
                _written++;
                Rows[(realm, table, key)] = value;
            }

            return writes;
        }
    }

    public IReadOnlyDictionary<string, string> RowsOf(string realm) =>
        Rows.Where(row => row.Key.Realm == realm).ToDictionary(row => $"{row.Key.Table}/{row.Key.Key}", row => row.Value);

    private Task MoveAsync(HttpContext http, ServiceToken token, string realm, string move, string[] step, byte[] body)
    {
        lock (_moving)
        {
            return Step(http, token, realm, move, string.Join('/', step), body);
        }
    }

    private Task Step(HttpContext http, ServiceToken token, string realm, string move, string step, byte[] body)
    {
        var method = http.Request.Method;
        var attempt = Attempts.GetValueOrDefault((realm, move));
        if (Realms.TryGetValue(realm, out var known) && known.TenantId != token.Tenant)
        {
            return NotFound(http);
        }

        if (attempt is { State: "rolled_back" } && step is not "departure/unfence" && (step, method) is not ("arrival", "DELETE"))
        {
            return RefuseAsync(http, new Error("move_rolled_back", 409, "This attempt was rolled back."));
        }

        switch (method, step)
        {
            case ("PUT", "arrival"):
                return Arrive(http, realm, move, attempt, JsonSerializer.Deserialize(body, WireJson.Default.ArrivalSpec)!);
            case ("PUT", "departure"):
                return Depart(http, realm, move, attempt, JsonSerializer.Deserialize(body, WireJson.Default.DepartureSpec)!);
            case ("DELETE", "arrival"):
                return RollBack(http, realm, move, attempt, "target");
            case ("POST", "departure/unfence"):
                return RollBack(http, realm, move, attempt, "source");
            case ("POST", "repool"):
                return PutInPool(http, realm, move, attempt, JsonSerializer.Deserialize(body, WireJson.Default.RepoolSpec)!);
        }

        return attempt is null ? RefuseAsync(http, new Error("move_unknown", 404, "There is no such move here.")) : (step, attempt.Role) switch
        {
            ("arrival/digest", "target") or ("departure/digest", "source") => Signed(http, Digest(realm, move), WireJson.Default.MoveDigest),
            ("departure/rows", "source") => Page(http, realm, JsonSerializer.Deserialize(body, WireJson.Default.RowsRequest)!),
            ("arrival/rows", "target") when attempt.State == "arriving" => TakePage(http, realm, body),
            ("departure/fence", "source") when attempt.State is "copying" or "fenced" => Shut(http, realm, move, attempt),
            ("arrival/activate", "target") => Open(http, realm, move, attempt, JsonSerializer.Deserialize(body, WireJson.Default.ActivateSpec)!),
            ("departure/moved", "source") when attempt.State is "fenced" or "moved" => Point(http, realm, move, attempt),
            ("departure/purge", "source") when attempt.State is "moved" or "purged" => Empty(http, realm, move, attempt),
            _ => RefuseAsync(http, new Error("move_refused", 409, "The move is not so far here, or further.")),
        };
    }

    private Task Arrive(HttpContext http, string realm, string move, AttemptAtCell? attempt, ArrivalSpec arrival)
    {
        if (attempt is null)
        {
            if (Standing.GetValueOrDefault(realm, Realms.ContainsKey(realm) ? "active" : "none") is "active" or "fenced")
            {
                return RefuseAsync(http, new Error("realm_is_here", 409, "The realm lives here."));
            }

            EraseRows(realm);
            attempt = Attempts[(realm, move)] = new AttemptAtCell { Role = "target", State = "arriving", Epoch = arrival.Realm.Epoch, Key = Guid.NewGuid().ToString("N") };
            (Realms[realm], Standing[realm], FormerKeys[realm]) = (arrival.Realm, "arriving", arrival.FormerKeys);
        }

        return Signed(http, new ArrivalReady(Move(move), Id, attempt.Key), WireJson.Default.ArrivalReady);
    }

    private Task Depart(HttpContext http, string realm, string move, AttemptAtCell? attempt, DepartureSpec departure)
    {
        if (attempt is null)
        {
            if (!Realms.TryGetValue(realm, out var known) || known.Epoch != departure.Epoch || Standing.GetValueOrDefault(realm, "active") != "active")
            {
                return RefuseAsync(http, new Error("realm_not_here", 409, "The realm does not live here at that epoch."));
            }

            attempt = Attempts[(realm, move)] = new AttemptAtCell { Role = "source", State = "copying", Epoch = departure.Epoch + 1, To = departure.To };
        }

        return Stands(http, move, attempt);
    }

    private Task RollBack(HttpContext http, string realm, string move, AttemptAtCell? attempt, string role)
    {
        if (attempt is { State: "active" or "moved" or "purged" })
        {
            return RefuseAsync(http, new Error("move_refused", 409, "The move is through."));
        }

        if (attempt is { Role: "target", State: "arriving" })
        {
            EraseRows(realm);
            Realms.TryRemove(realm, out _);
            Standing.TryRemove(realm, out _);
        }
        else if (attempt is { Role: "source", State: "fenced" })
        {
            Standing[realm] = "active";
        }

        attempt ??= Attempts[(realm, move)] = new AttemptAtCell { Role = role, Epoch = 0 };
        attempt.State = "rolled_back";
        return Stands(http, move, attempt);
    }

    private Task PutInPool(HttpContext http, string realm, string move, AttemptAtCell? attempt, RepoolSpec repool)
    {
        if (attempt is null)
        {
            if (!Realms.TryGetValue(realm, out var known) || known.Epoch != repool.Epoch - 1)
            {
                return RefuseAsync(http, new Error("realm_not_here", 409, "The realm does not live here at that epoch."));
            }

            Realms[realm] = known with { PoolId = repool.Pool, Epoch = repool.Epoch };
            attempt = Attempts[(realm, move)] = new AttemptAtCell { Role = "both", State = "active", Epoch = repool.Epoch };
        }

        return Stands(http, move, attempt);
    }

    private Task Shut(HttpContext http, string realm, string move, AttemptAtCell attempt)
    {
        (attempt.State, Standing[realm]) = ("fenced", "fenced");
        return Signed(http, Digest(realm, move), WireJson.Default.MoveDigest);
    }

    private Task Open(HttpContext http, string realm, string move, AttemptAtCell attempt, ActivateSpec activation)
    {
        if (attempt.State == "arriving")
        {
            if (Digest(realm, move).Tables.Zip(activation.Source.Tables).Any(pair => !pair.First.Hashes.SequenceEqual(pair.Second.Hashes)))
            {
                return RefuseAsync(http, new Error("move_digest_differs", 409, "The rows here are others."));
            }

            (attempt.State, Standing[realm], FormerKeysUntil[realm]) = ("active", "active", activation.FormerKeysUntil);
        }

        return Stands(http, move, attempt);
    }

    private Task Point(HttpContext http, string realm, string move, AttemptAtCell attempt)
    {
        (attempt.State, Standing[realm]) = ("moved", "moved");
        Realms.TryRemove(realm, out _);
        return Stands(http, move, attempt);
    }

    private Task Empty(HttpContext http, string realm, string move, AttemptAtCell attempt)
    {
        EraseRows(realm);
        attempt.State = "purged";
        return Stands(http, move, attempt);
    }

    private void EraseRows(string realm) => Remove(Rows, key => key.Realm == realm);

    private Task Page(HttpContext http, string realm, RowsRequest request)
    {
        var rows = Rows.Where(row => row.Key.Realm == realm && row.Key.Table == request.Table && (request.Buckets?.Contains(Bucket(row.Key.Key)) ?? true))
            .Where(row => request.After is null || string.CompareOrdinal(row.Key.Key, request.After) > 0)
            .OrderBy(row => row.Key.Key, StringComparer.Ordinal).Take(RowsInPage + 1).ToList();
        if (rows.Count > RowsInPage)
        {
            http.Response.Headers[RowsRequest.NextHeader] = rows[RowsInPage - 1].Key.Key;
        }

        var page = new TestPage(request, [.. rows.Take(RowsInPage).Select(row => new TestPageRow(row.Key.Key, row.Value))]);
        http.Response.ContentType = RowsRequest.SealedPage;
        return http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(page)).AsTask();
    }

    private Task TakePage(HttpContext http, string realm, byte[] body)
    {
        var page = JsonSerializer.Deserialize<TestPage>(body)!;
        if (page.Request is { After: null } and ({ Buckets: not null } or { Since: not null }))
        {
            Remove(Rows, key => key.Realm == realm && key.Table == page.Request.Table && (page.Request.Buckets?.Contains(Bucket(key.Key)) ?? true));
        }

        foreach (var row in page.Rows)
        {
            Rows[(realm, page.Request.Table, row.Key)] = row.Value;
        }

        http.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private MoveDigest Digest(string realm, string move) => new(Move(move), Id, [.. MovingTables.Select(table =>
    {
        var rows = Rows.Where(row => row.Key.Realm == realm && row.Key.Table == table).OrderBy(row => row.Key.Key, StringComparer.Ordinal).ToList();
        return new TableDigest(table, rows.Count, [.. Enumerable.Range(0, MoveDigest.Buckets).Select(bucket => EncodeToString(SHA256.HashData(
            Encoding.UTF8.GetBytes(string.Join('\n', rows.Where(row => Bucket(row.Key.Key) == bucket).Select(row => $"{row.Key.Key}={row.Value}"))))))]);
    })], _written);

    private static int Bucket(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key))[0] % MoveDigest.Buckets;

    private static MoveId Move(string move) => MoveId.TryParse(move, out var id) ? id : default;

    private Task Stands(HttpContext http, string move, AttemptAtCell attempt) =>
        Signed(http, new MoveStanding(Move(move), Id, attempt.Role, attempt.State, attempt.Epoch), WireJson.Default.MoveStanding);

    private Task Signed<T>(HttpContext http, T value, JsonTypeInfo<T> type) where T : class =>
        http.Response.WriteAsync(CompactJws.Sign(Identity, MoveAnswer.MediaType, JsonSerializer.SerializeToUtf8Bytes((T)Instead(value), type)), Encoding.UTF8);

    private sealed record TestPage(RowsRequest Request, IReadOnlyList<TestPageRow> Rows);

    private sealed record TestPageRow(string Key, string Value);
}
