using System.Collections.Concurrent;
using System.Text;
using Npgsql;

namespace Tessera.Postgres.Rows;

/// <summary>The statements that put a scope in force. All are local to the transaction, implicit or explicit.</summary>
internal static class ScopeSql
{
    // One text per set of settings' names: a handful in a program, all of them its own.
    private static readonly ConcurrentDictionary<string, string> Texts = new();

    /// <summary>One statement that applies every setting, for a batch. It returns one row, or none where there is but one setting.</summary>
    public static NpgsqlBatchCommand Apply(IReadOnlyList<RowSetting> settings)
    {
        var text = settings.Count == 1
            ? Texts.GetOrAdd(settings[0].Name, static name => $"SELECT WHERE pg_catalog.set_config('{name}', $1, true) IS NULL")
            : Texts.GetOrAdd(string.Join(',', settings.Select(setting => setting.Name)), static (_, all) => SelectAll(all), settings);
        var command = new NpgsqlBatchCommand(text);
        for (var i = 0; i < settings.Count; i++)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = settings[i].Value });
        }

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

    private static string SelectAll(IReadOnlyList<RowSetting> settings)
    {
        var sql = new StringBuilder("SELECT ");
        for (var i = 0; i < settings.Count; i++)
        {
            AppendSetConfig(sql, i, settings[i].Name).Append('$').Append(i + 1).Append(", true)");
        }

        return sql.ToString();
    }

    private static StringBuilder AppendSetConfig(StringBuilder sql, int index, string name) =>
        sql.Append(index == 0 ? "" : ", ").Append("pg_catalog.set_config('").Append(name).Append("', ");
}
