using Tessera.Contracts.Errors;

namespace Tessera.ControlPlane.Tenants;

internal static class TenantErrors
{
    public static Error TenantNotFound() => new("tenant_not_found", 404, "There is no such tenant.");

    public static Error TenantNotActive() => new("tenant_not_active", 409, "Only an active tenant can be suspended.");

    public static Error TenantNotSuspended() => new("tenant_not_suspended", 409, "Only a suspended tenant can be resumed.");
}
