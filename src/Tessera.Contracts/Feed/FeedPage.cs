namespace Tessera.Contracts.Feed;

/// <summary>
/// What changed in the directory after a revision. The control plane sends it as a compact JWS of type
/// <see cref="MediaType"/>; a consumer verifies it with the pinned directory key and refuses a page that does not
/// continue from its own revision.
/// </summary>
/// <param name="After">The revision the consumer has.</param>
/// <param name="Revision">The revision it has once this page is applied; never lower than <paramref name="After"/>.</param>
/// <param name="HasMore">More pages can be fetched at once.</param>
/// <param name="IssuedAt">
/// Seconds since 1970 by the directory's clock, from before it was read: whatever had changed by then is in this page or in
/// one before it, unless there are more. An empty page says it too. 0 in a page of a control plane that did not tell yet.
/// </param>
internal sealed record FeedPage(
    long After,
    long Revision,
    bool HasMore,
    IReadOnlyList<CellEntry> Cells,
    IReadOnlyList<PoolEntry> Pools,
    IReadOnlyList<TenantEntry> Tenants,
    IReadOnlyList<SharedRealmEntry> SharedRealms,
    IReadOnlyList<RevocationEntry> Revocations,
    long IssuedAt = 0)
{
    /// <summary>The JWS <c>typ</c> of a signed page.</summary>
    public const string MediaType = "tessera-feed+jwt";
}
