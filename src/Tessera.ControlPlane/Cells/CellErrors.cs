using Tessera.Contracts.Errors;

namespace Tessera.ControlPlane.Cells;

internal static class CellErrors
{
    public static Error CellUnreachable() => new("cell_unreachable", 503, "The tenant's cell does not answer. Try again.");

    public static Error CellRefused() => new("cell_refused", 502, "The tenant's cell refused what was asked of it. The operator's log has more.");

    public static Error RealmRefused() => new("realm_refused", 409, "The tenant's cell refused its realm. The operator's log has more.");

    public static Error CellNotTrusted() => new("cell_not_trusted", 502, "The cell's answer is not signed by the key it joined with.");

    public static Error CellJoined() => new("cell_joined", 409, "The cell has joined already.", "cell_id");

    public static Error CellElsewhere() => new("cell_elsewhere", 409, "The cell was announced for another region.", "region");

    /// <summary>One answer for unknown, used, expired and meant for another cell or control plane.</summary>
    public static Error JoinTokenInvalid() => new("join_token_invalid", 401, "The join token is not valid for this cell, or was used before.", "join_token");

    public static Error EndpointTaken() => new("endpoint_taken", 409, "Another cell has this endpoint.", "endpoint");

    /// <summary>Pools, realms and places in them are our making: what a cell finds wrong with them is nothing the caller could mend.</summary>
    internal static Error NotTheCallers(Error error) => error.Status < 500 ? CellRefused() : error;

    /// <summary>What a cell found wrong with a part of the caller's input.</summary>
    internal static Error Within(Error error, string part) => error.Status < 500 && error.Field is { } field ? error with { Field = $"{part}.{field}" } : error;

    /// <summary>What was asked for needs a cell of the other back end.</summary>
    public static Error CellOfOtherBackend(string field) => new("cell_of_other_backend", 409, "The cell has another back end than this needs.", field);

    public static Error CellNotJoined() => new("cell_not_joined", 409, "The cell has not joined yet.", "cell");

    public static Error CellLost() => new("cell_lost", 409, "The cell was declared lost and does not come back. Announce one under another id.", "state");

    public static Error CellHousesTenants() => new(
        "cell_houses_tenants", 409, "A cell that houses tenants cannot be spare. Close it, or drain it first.", "state");

    public static Error CellNotFound() => new("cell_not_found", 404, "There is no such cell.", "cell");
}
