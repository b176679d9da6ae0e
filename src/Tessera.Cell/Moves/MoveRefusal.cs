using Tessera.Contracts.Errors;

namespace Tessera.Cell.Moves;

/// <summary>Why a step of a move is refused.</summary>
internal static class MoveRefusal
{
    public static readonly Error NotFound = new("move_not_found", StatusCodes.Status404NotFound, "The cell knows no such move of this realm.");
    public static readonly Error OutOfOrder = new("move_out_of_order", StatusCodes.Status409Conflict, "The move has not come to this step here, or is past it.");
    public static readonly Error Over = new("move_over", StatusCodes.Status409Conflict, "The move was rolled back and does not come back under its id.");
    public static readonly Error Other = new("realm_in_other_move", StatusCodes.Status409Conflict, "Another move has the realm in hand.");
    public static readonly Error Differs = new("move_differs", StatusCodes.Status409Conflict, "The move was begun with other words.");
    public static readonly Error Epoch = new("epoch_differs", StatusCodes.Status409Conflict, "The realm is not at this epoch.", "epoch");
    public static readonly Error Here = new("realm_here", StatusCodes.Status409Conflict, "The realm lives in this cell.");
    public static readonly Error Shared = new("realm_shared", StatusCodes.Status409Conflict, "A shared realm does not move. Promote its tenants.");
    public static readonly Error Digest = new("move_digest_differs", StatusCodes.Status409Conflict, "The rows here are not those that were fenced. Copy what differs.");
    public static readonly Error Rows = new("rows_refused", StatusCodes.Status400BadRequest, "The page is not sealed for this move, or its rows are none of the table.");
    public static readonly Error RowsConflict = new("rows_conflict", StatusCodes.Status409Conflict, "A row has what another realm's row here has.");
    public static readonly Error Table = new("table_unknown", StatusCodes.Status400BadRequest, "No such table travels, or the bucket or key is none of it.", "table");
    public static readonly Error FormerKeys = new("former_keys_malformed", StatusCodes.Status400BadRequest, "The former keys are not at most 8 public keys of a pool under their own names.", "former_keys");
    public static readonly Error SealingKey = new("sealing_key_malformed", StatusCodes.Status400BadRequest, "The sealing key is no point of P-256.", "sealing_key");
    public static readonly Error HostTaken = new("sign_in_host_taken", StatusCodes.Status409Conflict, "Another realm of this cell has the sign-in host.", "sign_in_host");
    public static readonly Error PoolMissing = new("pool_not_found", StatusCodes.Status409Conflict, "Make the pool first.", "pool_id");
    public static readonly Error Busy = new("realm_busy", StatusCodes.Status503ServiceUnavailable, "Writes of the realm have not come to an end in time. Nothing was changed; try again.");
}
