using System.Text.RegularExpressions;

namespace Tessera.Postgres.Rows;

/// <summary>
/// The procedure every write goes through. It must apply the scope's settings itself and may refuse the write, which is
/// how a realm that is being moved is fenced. <see cref="Schema.WriteFenceSql"/> writes one.
/// </summary>
public sealed partial record WriteEntry
{
    /// <param name="procedure">Lower case, with or without a schema: <c>tessera_enter_write</c>.</param>
    /// <param name="arguments">Sent as parameters, in the order of the procedure's own.</param>
    /// <exception cref="ArgumentException">The name is no procedure's name.</exception>
    public WriteEntry(string procedure, params object[] arguments)
    {
        Procedure = Form().IsMatch(procedure)
            ? procedure
            : throw new ArgumentException($"'{procedure}' is not a procedure such as tessera_enter_write.", nameof(procedure));
        Arguments = arguments;
    }

    public string Procedure { get; }

    public IReadOnlyList<object> Arguments { get; }

    [GeneratedRegex(@"\A[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?\z")]
    private static partial Regex Form();
}
