using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;

namespace Tessera.ControlPlane.Cells;

/// <param name="Backend"><c>native</c> unless said, or <c>cognito</c>.</param>
/// <param name="Capacity">How many tenants it may house; 900 unless said.</param>
/// <param name="Spare">Whether it waits, once it has joined, until the open cells of its region run out of room.</param>
/// <param name="Canary">Whether it takes tenants that ask for a canary cell, and no others.</param>
/// <param name="Residency">Where what it keeps lies, such as <c>eu</c>.</param>
/// <param name="Tier">The tier whose tenants alone it takes; absent, it takes any.</param>
/// <param name="PoolLimit">How many pools it may have; absent, as many as its back end allows.</param>
internal sealed record CellRequest(
    string? CellId = null,
    string? Region = null,
    string? Backend = null,
    int? Capacity = null,
    bool Spare = false,
    bool Canary = false,
    string? Residency = null,
    string? Tier = null,
    int? PoolLimit = null);

/// <param name="JoinToken">Told this once; good for one join within a day. None of a cell in Amazon Cognito, which does not join.</param>
internal sealed record CellInvited(CellId CellId, string Region, Backend Backend, string? JoinToken);

/// <summary>What is to change; what is absent stays.</summary>
/// <param name="Capacity">How many tenants the cell may house; those it has beyond that stay.</param>
/// <param name="State"><c>spare</c>, <c>open</c>, <c>draining</c> or <c>closed</c>.</param>
internal sealed record CellChangeRequest(int? Capacity = null, string? State = null, bool? Canary = null);

/// <param name="Regions">How much room each region has, and when it runs out.</param>
internal sealed record CellList(IReadOnlyList<CellView> Cells, IReadOnlyList<RegionForecast> Regions);

/// <param name="State"><c>invited</c> until the cell has joined, then <c>spare</c>, <c>open</c> or <c>full</c>, <c>draining</c>, <c>closed</c>, or <c>lost</c>. One in Amazon Cognito does not join.</param>
internal sealed record CellView(
    CellId CellId,
    string Region,
    Backend Backend,
    string? Endpoint,
    string State,
    int Tenants,
    int Capacity,
    bool Canary,
    string? Residency,
    string? Tier,
    int? PoolLimit);

/// <summary>What is left of a region. Canary cells are not counted.</summary>
/// <param name="Room">How many more tenants its open and spare cells may house.</param>
/// <param name="PerDay">How many came in on a day of late.</param>
/// <param name="RunsOutAt">When there is no room left if they go on coming as they did; absent where none came.</param>
internal sealed record RegionForecast(string Region, int Cells, int SpareCells, int Tenants, int Capacity, int Room, double PerDay, DateTimeOffset? RunsOutAt);
