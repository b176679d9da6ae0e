namespace Tessera.AspNetCore.Work;

/// <summary>How much tenant work one process takes on. Faults are told when the services are added.</summary>
public sealed class TenantWorkOptions
{
    /// <summary>Items that run at once. 8 unless set.</summary>
    public int Workers { get; set; } = 8;

    /// <summary>Items of one tenant that run at once: fewer than <see cref="Workers"/>, so that no tenant has them all. 4 unless set.</summary>
    public int WorkersPerTenant { get; set; } = 4;

    /// <summary>Items that wait; who brings one more waits for room. 10,000 unless set.</summary>
    public int Capacity { get; set; } = 10_000;

    /// <summary>Items of one tenant that wait: less than <see cref="Capacity"/>, so that no tenant has it all. 1,000 unless set.</summary>
    public int CapacityPerTenant { get; set; } = 1_000;

    /// <summary>How long a stopping process works on what was taken on. 20 seconds unless set; the host's own <c>ShutdownTimeout</c> must be longer.</summary>
    public TimeSpan DrainWithin { get; set; } = TimeSpan.FromSeconds(20);

    internal IEnumerable<string> Faults()
    {
        if (Workers < 2 || WorkersPerTenant < 1 || WorkersPerTenant >= Workers)
        {
            yield return "TenantWork: Workers must be at least 2, and WorkersPerTenant at least 1 and fewer than these.";
        }

        if (CapacityPerTenant < 1 || CapacityPerTenant >= Capacity)
        {
            yield return "TenantWork: CapacityPerTenant must be at least 1 and less than Capacity.";
        }

        if (DrainWithin < TimeSpan.Zero)
        {
            yield return "TenantWork: DrainWithin must not be negative.";
        }
    }
}
