using Tessera.Contracts.Policies;

namespace Tessera.Cell.Policies;

/// <summary>What rules in this cell, computed here from what the platform ruled. Until the directory told anything, what is built in.</summary>
internal sealed class CellPolicy
{
    private readonly Lock _gate = new();
    private volatile Known _known = new(0, EffectivePolicy.Of(new PolicyRules()));

    public EffectivePolicy Effective => _known.Effective;

    /// <summary>Of the page that rules; 0 before there is one.</summary>
    public long Revision => _known.Revision;

    /// <summary>True where the page is later than what is known, and rules from here on.</summary>
    public bool Take(PolicyPage page)
    {
        lock (_gate)
        {
            if (!IsLater(page.Revision, _known.Revision))
            {
                return false;
            }

            _known = new(page.Revision, EffectivePolicy.Of(page.Platform));
            return true;
        }
    }

    // An old page, sent again by whoever kept it, loosens nothing.
    private static bool IsLater(long told, long known) => told > known;

    private sealed record Known(long Revision, EffectivePolicy Effective);
}
