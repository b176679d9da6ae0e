using System.Text;
using Npgsql;

namespace Tessera.Postgres.Rows;

/// <summary>The statements that put a scope in force. All are local to the transaction, implicit or explicit.</summary>
internal static class ScopeSql
{
    /// <summary>One statement that applies every setting, for a batch.</summary>
    public static NpgsqlBatchCommand Apply(IReadOnlyList<RowSetting> settings)
    {
        var command = new NpgsqlBatchCommand();
        var sql = new StringBuilder("SELECT ");
        for (var i = 0; i < settings.Count; i++)
        {
            AppendSetConfig(sql, i, settings[i].Name).Append('$').Append(i + 1).Append(", true)");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = settings[i].Value });
        }

        command.CommandText = sql.ToString();
        return command;
    }

    /// <summary>Puts the settings in front of a command's text; the command gains a statement with a result set of its own.</summary>
    public static void PrependSettings(NpgsqlCommand command, IReadOnlyList<RowSetting> settings)
    {
        var sql = new StringBuilder("SELECT ");
        for (var i = 0; i < settings.Count; i++)
        {
            var parameter = $"tessera_s{i}";
            AppendSetConfig(sql, i, settings[i].Name).Append('@').Append(parameter).Append(", true)");
            command.Parameters.Add(new NpgsqlParameter<string>(parameter, settings[i].Value));
        }

        command.CommandText = sql.Append(";\n").Append(command.CommandText).ToString();
    }

    /// <summary>Puts the procedure in front of a command's text; the command gains a statement without a result set.</summary>
    public static void PrependEntry(NpgsqlCommand command, WriteEntry entry)
    {
        var sql = new StringBuilder("CALL ").Append(entry.Procedure).Append('(');
        for (var i = 0; i < entry.Arguments.Count; i++)
        {
            var parameter = $"tessera_w{i}";
            sql.Append(i == 0 ? "@" : ", @").Append(parameter);
            command.Parameters.Add(new NpgsqlParameter(parameter, entry.Arguments[i]));
        }

        command.CommandText = sql.Append(");\n").Append(command.CommandText).ToString();
    }

    public static bool StartsWithSettings(string text) => text.StartsWith("SELECT pg_catalog.set_config('", StringComparison.Ordinal);

    private static StringBuilder AppendSetConfig(StringBuilder sql, int index, string name) =>
        sql.Append(index == 0 ? "" : ", ").Append("pg_catalog.set_config('").Append(name).Append("', ");
}
