using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Onboarding;

/// <summary>A name somebody is to have, and what is said when another has it.</summary>
internal sealed record WantedName(NameKind Kind, string Name, Error Taken)
{
    public static IEnumerable<WantedName> OfEmailDomains(IEnumerable<string> domains) =>
        domains.Select((domain, i) => new WantedName(NameKind.EmailDomain, domain, OnboardingErrors.EmailDomainTaken($"email_domains[{i}]")));
}

/// <summary>Takes names within a change that sees all of them.</summary>
internal static class NameClaims
{
    /// <summary>
    /// All of the names, or why not. Writers come one after another, so looking before taking is safe; the key of the table
    /// would catch what were not.
    /// </summary>
    /// <param name="holder">None for a shared realm's names.</param>
    public static async Task<Error?> TakeAsync(Change change, IEnumerable<WantedName> names, TenantId? holder, CancellationToken cancellation)
    {
        var wanted = names.ToList();
        var (kinds, texts) = (wanted.Select(name => name.Kind).Distinct().ToList(), wanted.Select(name => name.Name).Distinct().ToList());
        var known = (await change.Db.Names.Where(row => kinds.Contains(row.Kind) && texts.Contains(row.Name)).ToListAsync(cancellation))
            .ToDictionary(row => (row.Kind, row.Name));
        foreach (var (kind, name, refusal) in wanted)
        {
            if (!known.TryGetValue((kind, name), out var held))
            {
                change.Db.Names.Add(new NameRow { Kind = kind, Name = name, TenantId = holder });
            }
            else if (held.QuarantinedUntil <= change.Now)
            {
                held.TenantId = holder;
                held.QuarantinedUntil = null;
            }
            else
            {
                return refusal;
            }
        }

        return null;
    }
}
