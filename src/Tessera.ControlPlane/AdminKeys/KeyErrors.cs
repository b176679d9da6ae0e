using Tessera.Contracts.Errors;

namespace Tessera.ControlPlane.AdminKeys;

internal static class KeyErrors
{
    public static Error KeyRequired() => new("key_required", 401, "Send an admin key: Authorization: Bearer tsk_….");

    /// <summary>One answer for unknown, wrong, expired and revoked: a caller learns nothing of keys it does not hold.</summary>
    public static Error KeyInvalid() => new("key_invalid", 401, "The admin key is not valid.");

    public static Error ScopeMissing(string scope) => new("scope_missing", 403, $"The key lacks the scope {scope}.");

    public static Error KeyOfOneTenant() => new("key_of_one_tenant", 403, "The key reaches one tenant only, and this is not about one tenant.");

    public static Error ScopeExceedsKey(string field) => new("scope_exceeds_key", 403, "A key cannot give rights it does not have itself.", field);

    public static Error KeyNotFound() => new("key_not_found", 404, "There is no such key.");

    public static Error LastFullKey() => new("last_full_key", 409, "This is the last key with every right and no expiry. Make another one first.");
}
