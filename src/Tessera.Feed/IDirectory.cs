using Tessera.Contracts.Feed;

namespace Tessera.Feed;

/// <summary>What a follower keeps at the directory's latest revision. One writer, any readers.</summary>
internal interface IDirectory
{
    /// <summary>The last revision applied; 0 before the first. Never goes back.</summary>
    long Revision { get; }

    int TenantCount { get; }

    /// <summary>Applies a page that continues from <see cref="Revision"/>.</summary>
    /// <exception cref="InvalidOperationException">It starts elsewhere or goes back.</exception>
    void Apply(FeedPage page);
}

/// <summary>A directory that can be written down as it is and read back, faster than its pages could be replayed.</summary>
internal interface ISavedDirectory : IDirectory
{
    /// <summary>Writes everything down. Nothing is applied meanwhile.</summary>
    void Save(Stream file);

    /// <summary>Becomes what was written, once it has read it to its end. Comes before anything else; every byte it is given is its own.</summary>
    /// <exception cref="IOException">It is cut off; the directory is as it was.</exception>
    /// <exception cref="InvalidDataException">It is of another version of this program, or somebody wrote into it; the directory is as it was.</exception>
    void Load(Stream file);
}
