namespace Tessera.Postgres.Checks;

/// <summary>One way in which rows are not secured.</summary>
/// <param name="Rule">Stable, in snake_case.</param>
/// <param name="Problem">What is wrong, naming the role or table.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record RowSecurityFault(string Rule, string Problem, string Remedy)
{
    public override string ToString() => $"{Rule}: {Problem} {Remedy}";
}
