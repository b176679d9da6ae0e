namespace Tessera.Postgres.Checks;

/// <summary>How bad a fault is.</summary>
public enum RowSecuritySeverity
{
    /// <summary>It may be meant; whoever runs the database should know of it.</summary>
    Warning,

    /// <summary>One tenant can come to see or change another's rows.</summary>
    Error,
}

/// <summary>One way in which rows are not secured.</summary>
/// <param name="Rule">Stable, in snake_case.</param>
/// <param name="Subject">The role, table, policy, view, function or constraint, as SQL names it.</param>
/// <param name="Problem">What is wrong with it, and what that allows.</param>
/// <param name="Remedy">What to do about it: a sentence or the SQL.</param>
public sealed record RowSecurityFault(string Rule, RowSecuritySeverity Severity, string Subject, string Problem, string Remedy)
{
    public override string ToString() => $"{Rule}: {Problem} {Remedy}";
}
