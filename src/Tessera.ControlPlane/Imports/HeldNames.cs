using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Onboarding;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Imports;

/// <summary>Which of the names that an import wants are held, read at once; and by whom, as far as this import made them.</summary>
internal sealed class HeldNames
{
    private readonly Change _change;
    private readonly Dictionary<(NameKind Kind, string Name), NameRow> _held;
    private readonly Dictionary<TenantId, (TenantState State, string? ImportKey)> _holders;

    private HeldNames(Change change, Dictionary<(NameKind, string), NameRow> held, Dictionary<TenantId, (TenantState, string?)> holders) =>
        (_change, _held, _holders) = (change, held, holders);

    public static async Task<HeldNames> ReadAsync(Change change, IReadOnlyList<OnboardingPlan> plans, CancellationToken cancellation)
    {
        var held = new Dictionary<(NameKind, string), NameRow>();
        foreach (var wanted in plans.SelectMany(plan => plan.Names).ToLookup(name => name.Kind, name => name.Name))
        {
            var (kind, names) = (wanted.Key, wanted.Distinct().ToList());
            foreach (var row in await change.Db.Names.Where(row => row.Kind == kind && names.Contains(row.Name)).ToListAsync(cancellation))
            {
                held[(kind, row.Name)] = row;
            }
        }

        var ids = held.Values.Select(row => row.TenantId).OfType<TenantId>().Distinct().ToList();
        var holders = await change.Db.Tenants.Where(row => ids.Contains(row.TenantId))
            .Select(row => new { row.TenantId, row.State, row.ImportKey }).ToListAsync(cancellation);
        return new HeldNames(change, held, holders.ToDictionary(row => row.TenantId, row => (row.State, row.ImportKey)));
    }

    /// <summary>Why the tenant cannot be made; null when all its names are free.</summary>
    public Error? Refusal(OnboardingPlan plan, string importKey)
    {
        foreach (var (kind, name, refusal) in plan.Names)
        {
            if (!_held.TryGetValue((kind, name), out var row) || row.QuarantinedUntil <= _change.Now)
            {
                continue;
            }

            return kind == NameKind.Slug && row.TenantId is { } id && _holders.TryGetValue(id, out var holder) && holder.ImportKey == importKey
                ? holder.State switch
                {
                    TenantState.Active or TenantState.Suspended => ImportClaims.AlreadyMade,
                    TenantState.Provisioning => ImportErrors.ImportPending(),
                    _ => refusal,
                }
                : refusal;
        }

        return null;
    }

    public void Take(OnboardingPlan plan, TenantId tenant)
    {
        foreach (var (kind, name, _) in plan.Names)
        {
            if (_held.TryGetValue((kind, name), out var row))
            {
                row.TenantId = tenant;
                row.QuarantinedUntil = null;
            }
            else
            {
                _held[(kind, name)] = row = new NameRow { Kind = kind, Name = name, TenantId = tenant };
                _change.Db.Names.Add(row);
            }
        }
    }
}
