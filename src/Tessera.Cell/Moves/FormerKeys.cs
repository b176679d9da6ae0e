using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Wire;

namespace Tessera.Cell.Moves;

/// <summary>The keys of the pool a realm leaves, kept for the tokens they have signed.</summary>
internal static class FormerKeys
{
    private const int Most = 8;

    /// <summary>Whether they are public keys of a pool, each under its own name; none at all where the pool is no longer trusted.</summary>
    public static bool AreSound(IReadOnlyList<PublicJwk> keys) => keys.Count <= Most && keys.All(key => FormerKey.Read(key) is not null);

    public static string Write(IReadOnlyList<PublicJwk> keys) => JsonSerializer.Serialize([.. keys], WireJson.Default.PublicJwkArray);

    public static IReadOnlyList<PublicJwk> Read(string? json) => json is null ? [] : JsonSerializer.Deserialize(json, WireJson.Default.PublicJwkArray)!;

    /// <summary>From here on they are good until then, and so long does the realm look for them. Of a pool that is not trusted none is kept.</summary>
    public static async Task KeepAsync(CellDb db, RealmRow realm, IReadOnlyList<PublicJwk> keys, DateTimeOffset until, CancellationToken cancellation)
    {
        if (keys.Count == 0 || until <= DateTimeOffset.UnixEpoch)
        {
            return;
        }

        foreach (var key in keys)
        {
            var row = await db.FormerKeys.SingleOrDefaultAsync(found => found.Kid == key.Kid, cancellation);
            if (row is null)
            {
                db.FormerKeys.Add(row = new FormerKeyRow { Kid = key.Kid, Jwk = JsonSerializer.Serialize(key, WireJson.Default.PublicJwk) });
            }

            row.Until = row.Until > until ? row.Until : until;
        }

        realm.FormerKeysUntil = realm.FormerKeysUntil > until ? realm.FormerKeysUntil : until;
    }
}
