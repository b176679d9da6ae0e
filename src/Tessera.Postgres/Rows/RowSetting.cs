using System.Text.RegularExpressions;

namespace Tessera.Postgres.Rows;

/// <summary>A PostgreSQL setting that row-security policies read, for instance <c>app.current_tenant_id</c>. Always applied transaction-locally.</summary>
public sealed partial record RowSetting
{
    /// <param name="name">Lower case, with a dot: <c>app.current_tenant_id</c>.</param>
    /// <param name="value">Sent as a parameter. The empty text means "none", which policies turn into "no rows".</param>
    /// <exception cref="ArgumentException">The name is no custom setting's name.</exception>
    public RowSetting(string name, string value)
    {
        Name = Checked(name);
        Value = value;
    }

    private RowSetting()
    {
    }

    public string Name { get; private init; } = "";

    public string Value { get; private init; } = "";

    /// <summary>A setting whose name is a constant of ours: every command makes one, and need not look at its form again.</summary>
    internal static RowSetting Known(string name, string value) => new() { Name = name, Value = value };

    /// <summary>The name itself, fit to stand in SQL text.</summary>
    internal static string Checked(string name) => Form().IsMatch(name)
        ? name
        : throw new ArgumentException($"'{name}' is not a setting such as app.current_tenant_id.", nameof(name));

    // The name stands in the SQL text, so that prepared statements are shared; the value never does.
    [GeneratedRegex(@"\A[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)+\z")]
    private static partial Regex Form();
}
