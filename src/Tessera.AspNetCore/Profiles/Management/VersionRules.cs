using Tessera.Contracts.Errors;

namespace Tessera.AspNetCore.Profiles.Management;

/// <summary>What the row must be like for a change to be made.</summary>
internal abstract record Expected
{
    private Expected()
    {
    }

    /// <summary>Nobody said; good for what is not there yet.</summary>
    public sealed record Unsaid : Expected;

    /// <summary>Whatever is there, if anything.</summary>
    public sealed record Anything : Expected;

    /// <summary><c>If-None-Match: *</c>.</summary>
    public sealed record Nothing : Expected;

    /// <summary><c>If-Match</c>; without a version it names one that cannot be.</summary>
    public sealed record Version(Guid? Is) : Expected;
}

/// <summary>Nobody overwrites what they have not seen.</summary>
internal static class VersionRules
{
    public static Error? VersionIsAsExpected(Expected expected, Guid? current) => expected switch
    {
        Expected.Anything => null,
        Expected.Unsaid => current is null ? null : new Error("version_required", 428, "It exists already. Send the ETag you have read as If-Match."),
        Expected.Nothing => current is null ? null : Stale(),
        Expected.Version(var version) => current is not null && version == current ? null : Stale(),
        _ => throw new InvalidOperationException("Nothing says what is expected."),
    };

    private static Error Stale() => new("version_stale", 412, "It was changed, made or deleted meanwhile. Read it again.");
}
