namespace Tessera.AspNetCore;

/// <summary>What an API must know to verify its callers. Every fault is told at once, when the services are added.</summary>
public sealed class TesseraOptions
{
    /// <summary>Origin of the control plane, whose feed says which tenant lives where.</summary>
    public Uri? ControlPlane { get; set; }

    /// <summary>A key with the scope <c>feed:read</c>.</summary>
    public string? FeedKey { get; set; }

    /// <summary>The directory's public key as JSON (<c>GET /directory/key</c>), pinned.</summary>
    public string? DirectoryKey { get; set; }

    /// <summary>A folder of this process alone, for the copy from which it answers while the directory is down.</summary>
    public string? Data { get; set; }

    /// <summary>
    /// The <c>aud</c> a token must have. Must be written; writing <see langword="null"/> in code accepts tokens meant for
    /// any API.
    /// </summary>
    public string? Audience
    {
        get;
        set
        {
            field = value;
            AudienceIsWritten = true;
        }
    }

    /// <summary>How far clocks may differ. 60 seconds unless set, and at most.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(60);

    internal bool AudienceIsWritten { get; private set; }

    /// <summary>A null out of a configuration file may be an accident; only code may type it out.</summary>
    internal void DemandAudience() => AudienceIsWritten = Audience is not null;
}
