using Tessera.Contracts.Errors;

namespace Tessera.ControlPlane.Feed;

internal static class FeedErrors
{
    /// <summary>The directory was restored from a backup, or the consumer follows another one.</summary>
    public static Error FeedRevisionAhead() => new("feed_revision_ahead", 409, "The directory is behind this revision.", "after");
}
