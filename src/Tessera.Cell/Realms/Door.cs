namespace Tessera.Cell.Realms;

/// <summary>By which kind of host a request came in.</summary>
internal enum Door
{
    /// <summary>The auth host: machines only, no page and no cookie ever.</summary>
    Auth,

    /// <summary>A realm's own sign-in host: people, and the token endpoints at its root.</summary>
    SignIn,

    /// <summary>The cell's own address: the control plane, with a service token for each request.</summary>
    Control,
}

/// <summary>Which door a mapped route belongs to. Every route says so, or the cell does not start.</summary>
internal sealed record AtDoor(Door Door);

internal static class DoorRoutes
{
    /// <summary>Serves these routes at one door; at any other they do not exist.</summary>
    public static TBuilder At<TBuilder>(this TBuilder routes, Door door) where TBuilder : IEndpointConventionBuilder =>
        routes.WithMetadata(new AtDoor(door));

    public static Door CurrentDoor(this HttpContext http) => http.Features.Get<AtDoor>()?.Door
        ?? throw new InvalidOperationException("The request has come through no door.");
}
