using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tessera.Contracts.Ids;

namespace Tessera.AspNetCore.Profiles.Access;

/// <summary>
/// Hears from the database which tenants' profiles have changed, whichever instance changed them. A notice is the tenant's id
/// and nothing else. That notices do arrive is proved four times a second, by one to itself: a connection that died without
/// a word, or a pooler that does not pass notices on, is found out, and the cache keeps to its short lifetime.
/// </summary>
internal sealed partial class ChangeListener(NpgsqlDataSource source, AccessCache cache, TimeProvider clock, ILogger<ChangeListener> logger) : BackgroundService
{
    private static readonly TimeSpan ProofEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ProofWithin = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested && e is NpgsqlException or TimeoutException or IOException or InvalidOperationException or OperationCanceledException)
            {
                LogDeaf(logger, e.Message);
                await Task.Delay(ProofWithin, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ListenAsync(CancellationToken stop)
    {
        await using var connection = await source.OpenConnectionAsync(stop);
        var own = $"{ProfileSchema.Channel}_{Guid.NewGuid():N}";
        var proved = 0L;
        connection.Notification += (_, notice) =>
        {
            if (notice.Channel == own)
            {
                proved = long.Parse(notice.Payload, CultureInfo.InvariantCulture);
            }
            else if (TenantId.TryParse(notice.Payload, out var tenant))
            {
                cache.TenantChanged(tenant);
            }
        };
        await RunAsync(connection, $"LISTEN {ProfileSchema.Channel}; LISTEN {own}", stop);
        cache.MissedChanges();
        try
        {
            while (true)
            {
                var asked = clock.GetTimestamp();
                await RunAsync(connection, $"SELECT pg_notify('{own}', '{asked.ToString(CultureInfo.InvariantCulture)}')", stop);
                await WaitAsync(connection, ProofWithin, () => proved == asked, stop);
                if (proved == asked)
                {
                    cache.HeardUntil(asked);
                }

                await WaitAsync(connection, ProofEvery, () => false, stop);
            }
        }
        finally
        {
            await ForgetAsync(connection);
        }
    }

    private async Task WaitAsync(NpgsqlConnection connection, TimeSpan time, Func<bool> isEnough, CancellationToken stop)
    {
        var since = clock.GetTimestamp();
        while (!isEnough() && time - clock.GetElapsedTime(since) is { TotalMilliseconds: >= 1 } left)
        {
            await connection.WaitAsync(left, stop);
        }
    }

    // The connection may go back to a pool that does not reset it.
    private static async Task ForgetAsync(NpgsqlConnection connection)
    {
        if (connection.State == System.Data.ConnectionState.Open)
        {
            try
            {
                await RunAsync(connection, "UNLISTEN *", CancellationToken.None);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                // It is broken, and its pool will find that out.
            }
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 2 };
        await command.ExecuteNonQueryAsync(stop);
    }

    [LoggerMessage(300, LogLevel.Warning, "Not hearing of changed profiles, so permissions are read afresh: {Reason}")]
    private static partial void LogDeaf(ILogger logger, string reason);
}
