using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Npgsql;
using Tessera.Cell.Joining;
using Tessera.ControlPlane.Store;
using Tessera.Postgres.Checks;

namespace Tessera;

/// <summary>Something the reader of the message can put right.</summary>
internal sealed class Fault(string message) : Exception(message)
{
    /// <summary>What to print for <paramref name="exception"/>, one line for each thing to put right; a stack trace helps nobody there.</summary>
    public static IReadOnlyList<string> Explain(Exception exception) => exception switch
    {
        OptionsValidationException options => [.. options.Failures],
        AggregateException { InnerException: { } inner } => Explain(inner),
        PostgresException postgres => [$"PostgreSQL refused: {postgres.MessageText}"],
        NpgsqlException { InnerException: SocketException socket } => [$"PostgreSQL cannot be reached: {socket.Message}"],
        InvalidOperationException { InnerException: FormatException or ArgumentException or OverflowException } unreadable => [OneLine(unreadable.Message)], // a setting that is no number, say
        Fault or Up.AdminApiFault or CellStartException or StoreRefusedException or RowSecurityException
            or IOException or UnauthorizedAccessException or HttpRequestException => [OneLine(exception.Message)],
        _ => [$"{exception.GetType().Name}: {OneLine(exception.Message)}"],
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
