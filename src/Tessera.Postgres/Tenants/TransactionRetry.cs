using System.Net.Sockets;
using Npgsql;

namespace Tessera.Postgres.Tenants;

/// <summary>Runs a transaction again where it is certain that nothing of it remains, a bounded number of times.</summary>
internal static class TransactionRetry
{
    public const int MostAttempts = 4;
    private const int FirstPauseMilliseconds = 10;

    public static async Task<T> RunAsync<T>(Func<Task<T>> transaction, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await transaction();
            }
            catch (Exception e) when (attempt < MostAttempts && (IsUndone(e) || IsConnectionLost(e)))
            {
                // Nothing of it remains: go round again.
            }

            await Task.Delay(FirstPauseMilliseconds << Random.Shared.Next(attempt), cancellation);
        }
    }

    internal static bool IsUndone(Exception e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };

    /// <summary>Before COMMIT was sent, that is: after it, the loss comes as a <see cref="CommitUnknownException"/>, which is neither.</summary>
    internal static bool IsConnectionLost(Exception e) => e
        is PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow }
        or NpgsqlException { InnerException: IOException or SocketException };
}
