namespace Tessera.Feed;

/// <summary>The feed, or its copy on disk, cannot be believed or used. The message is safe to log.</summary>
internal sealed class FeedFault(string message) : Exception(message);
