using Microsoft.AspNetCore.Http;

namespace Tessera.AspNetCore;

/// <summary>What an API must know to verify its callers. Every fault is told at once, when the services are added.</summary>
public sealed class TesseraOptions
{
    private readonly List<Func<Endpoint, bool>> _withoutTenant = [];

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

    /// <summary>
    /// The clients whose tokens this API takes, of all those the directory binds to a token's tenant, which is checked in any
    /// case. <see langword="null"/>, which is the default, takes every one of them; an empty set is refused.
    /// </summary>
    public ISet<string>? AllowedClients { get; set; }

    /// <summary>
    /// The directory's revision below which nothing is answered: what a copy restored from an old disk no longer knows is
    /// refused with 503 until the feed has caught up. 0 unless set, which still demands that there is a copy.
    /// </summary>
    public long LeastRevision { get; set; }

    /// <summary>
    /// For how long tokens are accepted while the directory is not heard of; then they are refused with 503 until it is.
    /// One hour unless set, which is the life of an access token, and one minute at least. Writing
    /// <see langword="null"/> in code accepts them for ever.
    /// </summary>
    public TimeSpan? MostStaleness
    {
        get;
        set
        {
            field = value;
            StalenessIsWritten = true;
        }
    } = TimeSpan.FromHours(1);

    /// <summary>How many verified tokens are remembered, so that their signature need not be verified again. 10,000 unless set; 0 remembers none.</summary>
    public int RememberedTokens { get; set; } = 10_000;

    /// <summary>How much memory, in bytes, they may take. 64 MiB unless set.</summary>
    public long RememberedBytes { get; set; } = 64 << 20;

    /// <summary>
    /// The host of every tenant with its slug in it, for instance <c>{tenant}.app.example.com</c>: a request at another
    /// tenant's host is then refused. <see langword="null"/> unless set, and hosts say nothing.
    /// </summary>
    public string? TenantHost { get; set; }

    /// <summary>
    /// Declares that endpoints belong to no tenant, where the code that maps them cannot be changed to say so. The scope has
    /// no tenant there, whoever calls.
    /// </summary>
    /// <param name="why">For the next reader. May not be blank.</param>
    public void WithoutTenant(Func<Endpoint, bool> which, string why)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(why);
        _withoutTenant.Add(which);
    }

    internal bool IsWithoutTenant(Endpoint endpoint) => _withoutTenant.Exists(which => which(endpoint));

    internal bool AudienceIsWritten { get; private set; }

    internal bool StalenessIsWritten { get; private set; } = true;

    /// <summary>A null out of a configuration file may be an accident; only code may type it out.</summary>
    internal void DemandWritten()
    {
        AudienceIsWritten = Audience is not null;
        StalenessIsWritten = MostStaleness is not null;
    }
}
