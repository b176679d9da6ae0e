using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.Contracts.Wire;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Keys;
using Tessera.ControlPlane.Placements;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Cells;

/// <summary>Invites cells, lets each join once, and lists them.</summary>
internal sealed class CellRegistry(DirectoryStore store, ControlKey controlKey, TimeProvider time)
{
    public const int Capacity = 900;

    private const int MostCapacity = 1_000_000;

    private static readonly TimeSpan JoinTokenLife = TimeSpan.FromHours(24);

    /// <summary>Makes a join token; for a cell that has not joined yet a new one takes the old one's place. A cell in Amazon Cognito is only written down.</summary>
    public async Task<Outcome<CellInvited>> InviteAsync(CellRequest request, Caller caller, CancellationToken cancellation)
    {
        var check = new Check();
        if (!CellId.TryParse(request.CellId, out var cellId))
        {
            check.Fail(HttpErrors.Invalid("cell_id", "Give 1 to 32 lower-case letters, digits and inner hyphens, such as eu-1."));
        }

        // A realm's id starts with the region, so what cannot start one is no region.
        if (!RealmId.TryParse($"{request.Region}_000000000", out var probe) || probe.Region != request.Region)
        {
            check.Fail(HttpErrors.Invalid("region", "Give a region such as eu-central-1."));
        }

        if (request.Capacity is { } capacity && !IsCapacity(capacity))
        {
            check.Fail(WrongCapacity());
        }

        if (request.PoolLimit is < 0)
        {
            check.Fail(HttpErrors.Invalid("pool_limit", "Give a whole number from 0."));
        }

        var residency = PlacementWish.Label(check, request.Residency, "residency");
        var tier = PlacementWish.Label(check, request.Tier, "tier");
        var backend = check.OneOf(request.Backend ?? "native", "backend", "native", "cognito") == "cognito" ? Backend.Cognito : Backend.Native;
        if (check.Failed(out var fault))
        {
            return fault;
        }

        var token = new JoinToken(GeneratedSecret.New(), controlKey.Public.Kid);
        return await store.ChangeAsync<CellInvited>(DirectoryScope.All, new AuditEntry(caller.KeyId, "cell.invite", cellId.Value), async change =>
        {
            var cell = await change.Db.Cells.SingleOrDefaultAsync(row => row.CellId == cellId, cancellation);
            if (cell is null)
            {
                cell = new CellRow { CellId = cellId, Region = request.Region!, Capacity = Capacity, Backend = backend, CreatedAt = change.Now, Revision = change.Revision };
                change.Db.Cells.Add(cell);
                cell.State = backend == Backend.Cognito ? JoinedState(request.Spare) : CellState.Invited;
            }
            else if (cell.PublicKey is not null || cell.Region != request.Region || cell.Backend != backend)
            {
                return cell.PublicKey is not null ? CellErrors.CellJoined()
                    : cell.Region != request.Region ? CellErrors.CellElsewhere()
                    : CellErrors.CellOfOtherBackend("backend");
            }

            if (cell.State == CellState.Invited || change.Db.Entry(cell).State == EntityState.Added)
            {
                cell.Capacity = request.Capacity ?? cell.Capacity;
                cell.BeginsSpare = request.Spare;
                cell.Canary = request.Canary;
                cell.Residency = residency;
                cell.Tier = tier;
                cell.PoolLimit = request.PoolLimit;
            }

            if (backend == Backend.Cognito)
            {
                return new CellInvited(cellId, cell.Region, backend, JoinToken: null);
            }

            cell.JoinTokenHash = GeneratedSecret.HashOf(token.Secret);
            cell.JoinTokenExpiresAt = change.Now + JoinTokenLife;
            return new CellInvited(cellId, cell.Region, backend, token.ToString());
        }, cancellation);
    }

    /// <summary>
    /// Redeems a join token: the cell's key and endpoint are from now on those it brought. The same cell may ask again with the
    /// same token and key, because it may have died before it wrote the answer down; nobody else may.
    /// </summary>
    public async Task<Outcome<JoinResponse>> JoinAsync(JoinRequest request, CancellationToken cancellation)
    {
        if (!JoinToken.TryParse(request.JoinToken, out var token) || token.ControlKeyThumbprint != controlKey.Public.Kid)
        {
            return CellErrors.JoinTokenInvalid();
        }

        if (OriginOf(request.Endpoint) is not { } endpoint)
        {
            return HttpErrors.Invalid("endpoint", "Give an origin such as http://127.0.0.1:8421, without a path.");
        }

        if (KeyOf(request.PublicKey) is not { } key)
        {
            return HttpErrors.Invalid("public_key", "Give an EC P-256 key for ES256 whose kid is its thumbprint.");
        }

        var hash = GeneratedSecret.HashOf(token.Secret);
        var cellId = request.CellId;
        return await store.ChangeAsync<JoinResponse>(DirectoryScope.All, new AuditEntry($"cell:{cellId}", "cell.join", cellId.Value), async change =>
        {
            if (await change.Db.Cells.AnyAsync(row => row.Endpoint == endpoint && row.CellId != cellId, cancellation))
            {
                return CellErrors.EndpointTaken();
            }

            var json = JsonSerializer.Serialize(key, WireJson.Default.PublicJwk);
            var redeemed = await change.Db.Cells
                .Where(row => row.CellId == cellId && (row.PublicKey == null || row.PublicKey == json) && row.JoinTokenHash == hash && row.JoinTokenExpiresAt > change.Now)
                .ExecuteUpdateAsync(set => set
                    .SetProperty(row => row.PublicKey, json)
                    .SetProperty(row => row.Endpoint, endpoint)
                    .SetProperty(row => row.State, row => row.State != CellState.Invited ? row.State : row.BeginsSpare ? CellState.Spare : CellState.Open)
                    .SetProperty(row => row.Revision, change.Revision), cancellation);
            if (redeemed == 0)
            {
                return CellErrors.JoinTokenInvalid();
            }

            var region = await change.Db.Cells.Where(row => row.CellId == cellId).Select(row => row.Region).SingleAsync(cancellation);
            return new JoinResponse(cellId, region, controlKey.Public);
        }, cancellation);
    }

    public async Task<Outcome<CellView>> ChangeAsync(string cell, CellChangeRequest request, Caller caller, CancellationToken cancellation)
    {
        if (!CellId.TryParse(cell, out var cellId))
        {
            return CellErrors.CellNotFound();
        }

        var check = new Check();
        if (request.Capacity is { } capacity && !IsCapacity(capacity))
        {
            check.Fail(WrongCapacity());
        }

        if (request is { Capacity: null, State: null, Canary: null })
        {
            check.Fail(HttpErrors.Required("capacity"));
        }

        CellState? state = request.State is null ? null : check.OneOf(request.State, "state", "spare", "open", "draining", "closed") switch
        {
            "spare" => CellState.Spare,
            "draining" => CellState.Draining,
            "closed" => CellState.Closed,
            _ => CellState.Open,
        };
        if (check.Failed(out var fault))
        {
            return fault;
        }

        return await store.ChangeAsync<CellView>(DirectoryScope.All, EntryOf(cellId, request, caller), async change =>
        {
            if (await change.Db.Cells.SingleOrDefaultAsync(row => row.CellId == cellId, cancellation) is not { } row)
            {
                return CellErrors.CellNotFound();
            }

            if (state is { } to && CellTurns.Refusal(row, to) is { } refusal)
            {
                return refusal;
            }

            row.State = state ?? row.State;
            row.Capacity = request.Capacity ?? row.Capacity;
            row.Canary = request.Canary ?? row.Canary;
            return View(row);
        }, cancellation);
    }

    /// <summary>All cells: there are a few hundred times fewer than tenants.</summary>
    public Task<CellList> ListAsync(CancellationToken cancellation) => store.ReadAsync(DirectoryScope.All, async db =>
    {
        var cells = await db.Cells.AsNoTracking().OrderBy(cell => cell.CellId).ToListAsync(cancellation);
        return new CellList([.. cells.Select(View)], await Forecast.ReadAsync(db, cells, time.GetUtcNow(), cancellation));
    }, cancellation);

    private static CellView View(CellRow cell) => new(
        cell.CellId, cell.Region, cell.Backend, cell.Endpoint, StateOf(cell), cell.Tenants, cell.Capacity, cell.Canary, cell.Residency, cell.Tier, cell.PoolLimit);

    private static string StateOf(CellRow cell) =>
        cell.State == CellState.Open && cell.Tenants >= cell.Capacity ? "full" : cell.State.ToString().ToLowerInvariant();

    private static CellState JoinedState(bool spare) => spare ? CellState.Spare : CellState.Open;

    private static bool IsCapacity(int capacity) => capacity is >= 0 and <= MostCapacity;

    private static Error WrongCapacity() => HttpErrors.Invalid("capacity", $"Give a whole number from 0 to {MostCapacity}.");

    private static AuditEntry EntryOf(CellId cell, CellChangeRequest request, Caller caller)
    {
        var details = new Dictionary<string, string>();
        foreach (var (name, value) in new[] { ("capacity", request.Capacity?.ToString(CultureInfo.InvariantCulture)), ("state", request.State), ("canary", request.Canary?.ToString()) })
        {
            if (value is not null)
            {
                details[name] = value;
            }
        }

        return new AuditEntry(caller.KeyId, "cell.change", cell.Value) { Details = details };
    }

    internal static string? OriginOf(string text) =>
        text.Length <= 255 && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri is { PathAndQuery: "/", Fragment: "", UserInfo: "", Host.Length: > 0 }
            ? uri.GetLeftPart(UriPartial.Authority)
            : null;

    private static PublicJwk? KeyOf(PublicJwk given)
    {
        try
        {
            using var key = given.ToECDsa();
            var own = PublicJwk.From(key);
            return own.Kid == given.Kid && own.Alg == given.Alg ? own : null;
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
        {
            return null;
        }
    }
}
