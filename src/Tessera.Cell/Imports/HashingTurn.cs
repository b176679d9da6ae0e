using Tessera.Cell.Passwords;
using Tessera.Contracts.Ids;

namespace Tessera.Cell.Imports;

/// <summary>
/// Hashes the passwords of imports, all imports together no more at a time than there are workers: people who sign in find
/// at most that many before them in the queue.
/// </summary>
internal sealed class HashingTurn(PasswordWorkers workers, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly SemaphoreSlim _turns = new(Environment.ProcessorCount, Environment.ProcessorCount);

    public async Task<string> HashAsync(RealmId realm, string password, CancellationToken cancellation)
    {
        await _turns.WaitAsync(cancellation);
        try
        {
            while (true)
            {
                try
                {
                    return await workers.HashAsync(realm, password);
                }
                catch (PasswordWorkersBusyException)
                {
                    await Task.Delay(Pause, time, cancellation);
                }
            }
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();
}
