using System.Text.RegularExpressions;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.SharedRealms;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Placements;

/// <summary>What a tenant needs of the cell it is to live in.</summary>
/// <param name="Cell">The one cell it is pinned to. Then tier and canary do not matter; region, residency and room do.</param>
/// <param name="Pool">The one pool it is pinned to, and so that pool's cell.</param>
internal sealed partial record PlacementWish(
    Pattern Pattern,
    CellId? Cell = null,
    PoolId? Pool = null,
    string? Region = null,
    string? Residency = null,
    string? Tier = null,
    bool Canary = false)
{
    /// <summary>Whether it gets a pool of its own.</summary>
    public bool NeedsPool => Pattern == Pattern.Dedicated;

    /// <summary>What is said when no cell fits.</summary>
    public Error Unmet()
    {
        if (Pattern == Pattern.Shared)
        {
            return SharedRealmErrors.NoSharedRealm();
        }

        var asked = new (string Field, string? Value)[] { ("canary", Canary ? "yes" : null), ("tier", Tier), ("residency", Residency), ("region", Region) }
            .Where(part => part.Value is not null).ToList();
        return PlacementErrors.NoCellWithRoom(string.Concat(asked.Select(part => $" of {part.Field} {part.Value}")), asked.Count > 0 ? asked[0].Field : null);
    }

    /// <summary>What a tenant that is there needs of any other cell.</summary>
    public static PlacementWish Of(TenantRow tenant, string? region = null) =>
        new(tenant.Pattern, Region: region, Residency: tenant.Residency, Tier: tenant.Tier, Canary: tenant.Canary);

    public static PlacementWish Read(
        Check check, Pattern pattern, string? cell, string? pool, string? region, string? residency, string? tier, bool? canary)
    {
        CellId cellId = default;
        if (cell is not null && !CellId.TryParse(cell, out cellId))
        {
            check.Fail(HttpErrors.Invalid("cell", "Give a cell's id, such as eu-1."));
        }

        PoolId poolId = default;
        if (pool is not null && (pattern != Pattern.Hybrid || !PoolId.TryParse(pool, out poolId)))
        {
            check.Fail(HttpErrors.Invalid("pool", pattern == Pattern.Hybrid
                ? "Give a pool's id, as the tenants in it show it."
                : "Only a hybrid tenant shares a pool with others. Leave it out."));
        }

        return new PlacementWish(
            pattern,
            cell is null ? null : cellId,
            pool is null ? null : poolId,
            check.OptionalText(region, "region", 45),
            Label(check, residency, "residency"),
            Label(check, tier, "tier"),
            canary ?? false);
    }

    /// <summary>A word that cells and tenants are matched by.</summary>
    public static string? Label(Check check, string? text, string field)
    {
        if (text is not null && !LabelForm().IsMatch(text))
        {
            check.Fail(HttpErrors.Invalid(field, "Give 1 to 32 lower-case letters, digits and inner hyphens."));
        }

        return text;
    }

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?\z")]
    private static partial Regex LabelForm();
}
