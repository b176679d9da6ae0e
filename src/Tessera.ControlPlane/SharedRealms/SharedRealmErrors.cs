using Tessera.Contracts.Errors;

namespace Tessera.ControlPlane.SharedRealms;

internal static class SharedRealmErrors
{
    public static Error SharedRealmNotFound() => new("shared_realm_not_found", 404, "There is no such shared realm.");

    public static Error SharedRealmExists() => new("shared_realm_exists", 409, "The cell has a shared realm already, and has one at most.", "cell");

    public static Error NoSharedRealm() => new("no_shared_realm", 409, "No cell that fits has a shared realm with room for another tenant.");
}
