namespace Tessera.Postgres.Checks;

/// <summary>The database does not keep tenants apart for this role. Lists every fault, so that one round mends them all.</summary>
public sealed class RowSecurityException(IReadOnlyList<RowSecurityFault> faults)
    : Exception($"Row-level security does not hold:{string.Concat(faults.Select(fault => $"{Environment.NewLine}- {fault}"))}")
{
    public IReadOnlyList<RowSecurityFault> Faults { get; } = faults;
}
