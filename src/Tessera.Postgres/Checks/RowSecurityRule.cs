namespace Tessera.Postgres.Checks;

/// <summary>
/// One thing that must not be. <paramref name="Finding"/> returns a row of texts per offender, its name first; <c>$1</c> are
/// the tenant columns, <c>$2</c> the roles looked at, <c>$3</c> the tables that are known to hold tenants' rows or NULL.
/// <c>{0}</c>, <c>{1}</c> … in problem and remedy are those texts.
/// </summary>
internal sealed record RowSecurityRule(
    string Name, string Finding, string Problem, string Remedy, RowSecuritySeverity Severity = RowSecuritySeverity.Error)
{
    public RowSecurityFault Fault(IReadOnlyList<string> texts) => new(Name, Severity, texts[0], Filled(Problem, texts), Filled(Remedy, texts));

    private static string Filled(string text, IReadOnlyList<string> texts)
    {
        for (var i = 0; i < texts.Count; i++)
        {
            text = text.Replace($"{{{i}}}", texts[i], StringComparison.Ordinal);
        }

        return text;
    }
}
