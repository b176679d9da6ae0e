using Tessera.Contracts.Errors;

namespace Tessera.ControlPlane.Tenants;

internal static class TenantErrors
{
    public static Error TenantNotFound() => new("tenant_not_found", 404, "There is no such tenant.");

    public static Error TenantNotActive() => new("tenant_not_active", 409, "Only an active tenant can be suspended or promoted.");

    public static Error TenantIsShared() => new(
        "tenant_is_shared", 409, "The tenant lives in a shared realm and has no realm, client or sign-in host of its own. Promote it first.");

    public static Error TenantAtCognito() => new(
        "tenant_at_cognito", 409, "The tenant or realm lives in Amazon Cognito. Its people and clients are changed there.");

    public static Error TenantNotInSharedRealm() => new("tenant_not_in_shared_realm", 409, "The tenant lives in no shared realm.");

    public static Error TenantNotSuspended() => new("tenant_not_suspended", 409, "Only a suspended tenant can be resumed.");
}
