using Tessera.Contracts.Errors;

namespace Tessera.ControlPlane.Promotions;

internal static class PromotionErrors
{
    public static Error PromotionInProgress() => new(
        "promotion_in_progress", 409, "The tenant is being promoted and its users stay as they are until that is through. Try again in a minute.");

    public static Error TenantNotShared() => new("tenant_not_shared", 409, "Only a shared tenant can be promoted.");
}
