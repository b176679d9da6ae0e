using Tessera.Contracts.Errors;

namespace Tessera.ControlPlane.Users;

internal static class UserErrors
{
    public static Error UserNotFound() => new("user_not_found", 404, "The tenant has no such user.");

    /// <summary>Whoever administers one tenant has no say over how a person signs in to others.</summary>
    public static Error SharedAccountCredentials() => new(
        "shared_account_credentials", 409, "The person's account is shared with other tenants; only they and the platform set its password.", "password");
}
