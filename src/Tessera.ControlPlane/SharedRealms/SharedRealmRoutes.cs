namespace Tessera.ControlPlane.SharedRealms;

/// <summary>How a route names a shared realm. No key of one tenant reaches these.</summary>
internal static class SharedRealmRoutes
{
    public const string One = "/shared-realms/{realm}";
}
