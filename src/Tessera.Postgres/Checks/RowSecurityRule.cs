namespace Tessera.Postgres.Checks;

/// <summary>
/// One thing that must not be. <paramref name="Finding"/> returns one text per offender; <c>$1</c> is the array of tenant
/// columns. <c>{0}</c> in problem and remedy is the offender.
/// </summary>
internal sealed record RowSecurityRule(string Name, string Finding, string Problem, string Remedy)
{
    public RowSecurityFault Fault(string offender) =>
        new(Name, Problem.Replace("{0}", offender, StringComparison.Ordinal), Remedy.Replace("{0}", offender, StringComparison.Ordinal));
}
