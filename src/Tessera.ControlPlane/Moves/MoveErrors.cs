using Tessera.Contracts.Errors;

namespace Tessera.ControlPlane.Moves;

internal static class MoveErrors
{
    public static Error MoveNotFound() => new("move_not_found", 404, "There is no such move.");

    public static Error MoveInProgress() => new("move_in_progress", 409, "The tenant is on its way already. Wait for that move, or abort it.");

    public static Error MoveDecided() => new("move_decided", 409, "The move is decided and only goes forward. Move the tenant back when it is through.");

    public static Error AlreadyThere() => new("already_there", 409, "The tenant lives in that cell in that pattern.", "to");

    public static Error TenantMoving() => new("tenant_moving", 409, "The tenant is being moved to another place. Try again in a minute.");

    public static Error TenantBusy() => new(
        "tenant_busy", 409, "Something of the tenant is being made, or its cell has still to be told of a change. Try again in a minute.");

    public static Error TenantInSharedRealm() => new(
        "tenant_in_shared_realm", 409, "The tenant has not left the shared realm it was promoted from. End that first, with end-shared.");

    // Of a move itself, told in its last_error.

    public static Error CopyDiffers() => new("copy_differs", 409, "The target's rows still differ from the source's after several rounds.");

    public static Error PauseTooLong() => new("pause_too_long", 503, "The tenant's users waited too long; the source was opened again.");

    public static Error Aborted() => new("move_aborted", 409, "An operator aborted the move.");

    public static Error TenantDeleted() => new("tenant_deleted", 409, "The tenant was deleted.");

    /// <summary>Another mover was faster, or the move was aborted: not an error of anybody.</summary>
    public static Error Overtaken() => new("move_overtaken", 409, "Another process has gone on with the move.");

    public static Error TooManyAtOnce() => new("moves_at_once", 429, "As many moves as may be are at work; this one waits.");
}
