namespace Tessera.AspNetCore.Tokens;

/// <summary>Whether what is known of the directory is good enough to answer by. What these refuse is no fault of the token.</summary>
internal static class DirectoryChecks
{
    public static TokenFailure? DirectoryIsRecent(TokenCandidate candidate) =>
        candidate.Directory.Revision >= Math.Max(1, candidate.Options.LeastRevision) ? null : TokenFailure.DirectoryBehind;

    // By the directory's own time, so that pages held back on their way make it no younger. Null is typed out in code alone.
    public static TokenFailure? DirectoryIsFresh(TokenCandidate candidate) =>
        candidate.Options.MostStaleness is not { } most
        || (candidate.Directory.HeardAt is { } heard && candidate.Now - heard <= most + candidate.Options.ClockSkew)
            ? null
            : TokenFailure.DirectoryStale;
}
