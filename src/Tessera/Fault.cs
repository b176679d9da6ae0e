using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Npgsql;

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
        Fault or Up.AdminApiFault or IOException or UnauthorizedAccessException or HttpRequestException => [OneLine(exception.Message)],
        _ => [$"{exception.GetType().Name}: {OneLine(exception.Message)}"],
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
