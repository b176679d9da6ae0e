using Tessera.ControlPlane.Cells;

namespace Tessera.ControlPlane.Duties;

/// <summary>A claim on names, and the duty that gives them back unless what they are for is finished.</summary>
internal interface IUndoable
{
    Guid DutyId { get; }
}

/// <summary>
/// Makes what lies in the directory and at a cell: claim, provision, activate. Wherever it stops after the claim, by a
/// refusal, an exception or the deadline, it is undone at once; after a crash the worker undoes it.
/// </summary>
internal sealed class Making(Settlement settlement)
{
    /// <summary>
    /// Runs the three steps under one deadline. A caller who hangs up gets no say: what has begun is finished or undone.
    /// </summary>
    public async Task<Outcome<TMade>> RunAsync<TClaim, TProvisioned, TMade>(
        Func<CancellationToken, Task<Outcome<TClaim>>> claim,
        Func<TClaim, CancellationToken, Task<Outcome<TProvisioned>>> provision,
        Func<TClaim, TProvisioned, CancellationToken, Task<Outcome<TMade>>> activate)
        where TClaim : IUndoable
    {
        using var deadline = settlement.MakingDeadline();
        return await claim(deadline.Token) switch
        {
            Outcome<TClaim>.Done(var claimed) => await FinishOrUndoAsync(claimed, provision, activate, deadline.Token),
            Outcome<TClaim>.Refused(var error) => error,
            _ => throw new InvalidOperationException("A claim is either made or refused."),
        };
    }

    private async Task<Outcome<TMade>> FinishOrUndoAsync<TClaim, TProvisioned, TMade>(
        TClaim claimed,
        Func<TClaim, CancellationToken, Task<Outcome<TProvisioned>>> provision,
        Func<TClaim, TProvisioned, CancellationToken, Task<Outcome<TMade>>> activate,
        CancellationToken cancellation)
        where TClaim : IUndoable
    {
        var finished = false;
        try
        {
            var outcome = await provision(claimed, cancellation) switch
            {
                Outcome<TProvisioned>.Done(var provisioned) => await activate(claimed, provisioned, cancellation),
                Outcome<TProvisioned>.Refused(var error) => error,
                _ => CellErrors.CellRefused(),
            };
            finished = outcome is Outcome<TMade>.Done;
            return outcome;
        }
        finally
        {
            if (!finished)
            {
                await settlement.SettleNowAsync(claimed.DutyId);
            }
        }
    }
}
