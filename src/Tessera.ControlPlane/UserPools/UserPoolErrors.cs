using Tessera.Contracts.Errors;

namespace Tessera.ControlPlane.UserPools;

internal static class UserPoolErrors
{
    public static Error UserPoolNotFound() => new("user_pool_not_found", 404, "There is no such user pool in this cell.");

    public static Error UserPoolTaken() => new("user_pool_taken", 409, "The user pool is registered already, or is a realm of ours.", "user_pool_id");

    public static Error UserPoolsUsedUp() => new(
        "user_pools_used_up", 409, "The cell has all the user pools it may. Announce another cell, or give this one a pool_limit that AWS has granted.", "user_pool_id");

    public static Error UserPoolClientsUsedUp() => new(
        "user_pool_clients_used_up", 409, "A user pool has at most 1,000 app clients. Bind the tenant to another one.", "client_ids");

    public static Error ClientIdTaken(string field) => new("client_id_taken", 409, "The client is bound already, or was; it is never another's.", field);

    public static Error NoSharedClient() => new("no_shared_client", 409, "The user pool was registered without a shared client, and can have no shared tenants.", "pattern");
}
