namespace Tessera.ControlPlane.Tenants;

/// <summary>How a route names its tenant. A key restricted to one tenant is held to it by this name.</summary>
internal static class TenantRoutes
{
    public const string Id = "tenantId";

    public const string One = $"/tenants/{{{Id}}}";
}
