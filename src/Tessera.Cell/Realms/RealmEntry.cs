using Tessera.Contracts.Errors;
using Tessera.Contracts.Moves;

namespace Tessera.Cell.Realms;

/// <summary>What became of a request at its realm's gate: it is in, and has to leave; or it is refused.</summary>
internal readonly record struct Entered(Realm? Realm, Error? Refusal, bool Counted)
{
    public void Leave()
    {
        if (Counted)
        {
            Realm!.Gate.Leave();
        }
    }
}

/// <summary>
/// Lets a request into its realm as the realm stands: while it is shut for a move the request waits, for a while and among not
/// too many; then it goes on, or is told where the realm has gone.
/// </summary>
internal static class RealmEntry
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);
    private static readonly Error Misdirected = new("misdirected", StatusCodes.Status421MisdirectedRequest, "This cell does not house the realm. Ask the router again.");
    private static readonly Error Suspended = new("tenant_suspended", StatusCodes.Status403Forbidden, "The tenant is suspended. Its operator can resume it.");
    private static readonly Error Moving = new("realm_moving", StatusCodes.Status503ServiceUnavailable, "The tenant is being moved. Try again in a second.");

    /// <param name="look">How the realm stands now.</param>
    /// <param name="published">What the request asks for is the same for everybody and is told while the realm is shut.</param>
    public static async Task<Entered> EnterAsync(HttpContext http, Func<ValueTask<Realm?>> look, bool published)
    {
        var found = await look();
        if (found is null || RefusalOf(http, found) is not null || published && !HasGone(found))
        {
            return new(found, found is null ? Misdirected : RefusalOf(http, found), Counted: false);
        }

        return MayEnter(found) ? new(found, null, Counted: true) : await WaitAsync(http, found, look);
    }

    /// <summary>The standing of a realm as anybody's requests see it.</summary>
    public static Error? RefusalOf(HttpContext http, Realm realm) => HasGone(realm) ? Elsewhere(http, realm)
        : realm.Standing == RealmStanding.Suspended && http.Features.Get<AtDoor>()?.Door != Door.Control ? Suspended
        : null;

    private static bool HasGone(Realm realm) => realm.Standing is RealmStanding.Moved or RealmStanding.Arriving;

    private static bool MayEnter(Realm realm) => realm.Standing != RealmStanding.Fenced && realm.Gate.TryEnter();

    private static async Task<Entered> WaitAsync(HttpContext http, Realm found, Func<ValueTask<Realm?>> look)
    {
        var gate = found.Gate;
        if (!gate.TryWait())
        {
            return TryLater(http);
        }

        try
        {
            for (var began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began) < Patience;)
            {
                await gate.OpenedAsync(LookAgain, http.RequestAborted);
                http.RequestAborted.ThrowIfCancellationRequested();
                if (await look() is not { } realm)
                {
                    return new(null, Misdirected, Counted: false);
                }

                if (RefusalOf(http, realm) is { } refusal)
                {
                    return new(realm, refusal, Counted: false);
                }

                if (MayEnter(realm))
                {
                    return new(realm, null, Counted: true);
                }
            }
        }
        finally
        {
            gate.EndWait();
        }

        return TryLater(http);
    }

    private static Entered TryLater(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "1";
        return new(null, Moving, Counted: false);
    }

    private static Error Elsewhere(HttpContext http, Realm realm)
    {
        if (realm.MovedTo is { } cell)
        {
            http.Response.Headers[MovedSpec.CellHeader] = cell;
            http.Response.Headers[MovedSpec.EpochHeader] = realm.Epoch.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return Misdirected;
    }
}
