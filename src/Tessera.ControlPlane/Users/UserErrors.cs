using Tessera.Contracts.Errors;

namespace Tessera.ControlPlane.Users;

internal static class UserErrors
{
    public static Error UserNotFound() => new("user_not_found", 404, "The tenant has no such user.");
}
