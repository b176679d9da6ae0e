namespace Tessera.AspNetCore.Work;

/// <summary>What became of a tenant's work.</summary>
public abstract record TenantWorkOutcome
{
    private TenantWorkOutcome()
    {
    }

    /// <summary>It ran to its end.</summary>
    public sealed record Done : TenantWorkOutcome;

    /// <summary>It threw; logged with the tenant.</summary>
    public sealed record Failed(Exception Exception) : TenantWorkOutcome;

    /// <summary>The directory knows no such tenant: deleted since, or never there. It did not run.</summary>
    public sealed record TenantUnknown : TenantWorkOutcome;

    /// <summary>The tenant is suspended. It did not run, and is not kept for later.</summary>
    public sealed record TenantNotActive : TenantWorkOutcome;

    /// <summary>The process stopped before it could run, or before it ended.</summary>
    public sealed record Abandoned : TenantWorkOutcome;
}
