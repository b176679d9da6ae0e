using Tessera.Contracts.Keys;

namespace Tessera.Feed;

/// <summary>Where the feed comes from, whose signature it must bear, and where its copy is kept.</summary>
public sealed class FeedOptions
{
    /// <summary>Origin of the control plane.</summary>
    public required Uri ControlPlane { get; init; }

    /// <summary>A key with the scope <c>feed:read</c>. Sent to the control plane alone, never logged.</summary>
    public required string FeedKey { get; init; }

    /// <summary>The directory's key, pinned: a page signed by any other is refused.</summary>
    public required PublicJwk DirectoryKey { get; init; }

    /// <summary>A folder of this process alone; made when it is not there.</summary>
    public required string Data { get; init; }
}
