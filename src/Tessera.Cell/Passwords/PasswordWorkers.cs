using System.Collections.Concurrent;
using System.Threading.Channels;
using Tessera.Contracts.Ids;

namespace Tessera.Cell.Passwords;

/// <summary>
/// Where passwords are hashed: one thread per core of their own, so that a storm of sign-ins never holds an I/O thread,
/// and a bounded queue, of which one realm gets at most half, so that no tenant's storm locks the others out.
/// </summary>
internal sealed class PasswordWorkers : IDisposable
{
    private const int QueueLength = 512;
    private const int PerRealm = QueueLength / 2;

    // What an unknown user's password is checked against, so that the answer takes as long as for a known one.
    private static readonly Lazy<string> Nobody = new(() => Argon2Hash.Create(Guid.NewGuid().ToString()));

    private readonly Channel<Action> _queue = Channel.CreateBounded<Action>(new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.Wait });
    private readonly ConcurrentDictionary<RealmId, int> _waiting = new();

    public PasswordWorkers()
    {
        for (var i = 0; i < Environment.ProcessorCount; i++)
        {
            new Thread(Work) { IsBackground = true, Name = $"password-{i}" }.Start();
        }
    }

    /// <exception cref="PasswordWorkersBusyException">The queue is full; nothing was done.</exception>
    public Task<string> HashAsync(RealmId realm, string password) => Enqueue(realm, () => Argon2Hash.Create(password));

    /// <param name="stored">The stored hash; null for a user who is not there, empty for one without a password: then false, after the work one of our own hashes takes.</param>
    /// <exception cref="PasswordWorkersBusyException">The queue is full; nothing was done.</exception>
    public Task<bool> VerifyAsync(RealmId realm, string password, string? stored) => Enqueue(realm, () =>
    {
        var known = !string.IsNullOrEmpty(stored);
        // Read afresh, and its cost with it: what has come into the store some other way is not run either.
        return PasswordHash.TryParse(known ? stored! : Nobody.Value, out var hash, out _)
            ? hash.Matches(password) && known
            : throw new FormatException("A stored password hash is of no form, or of a higher cost, than this cell takes.");
    });

    public void Dispose() => _queue.Writer.TryComplete();

    private Task<T> Enqueue<T>(RealmId realm, Func<T> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_waiting.AddOrUpdate(realm, 1, (_, waiting) => waiting + 1) > PerRealm || !_queue.Writer.TryWrite(Run))
        {
            Leave(realm);
            throw new PasswordWorkersBusyException();
        }

        return result.Task;

        void Run()
        {
            try
            {
                result.SetResult(work());
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
            finally
            {
                Leave(realm);
            }
        }
    }

    private void Leave(RealmId realm)
    {
        // Forgets a realm with nothing waiting, so that the table does not grow with the tenants seen.
        if (_waiting.AddOrUpdate(realm, 0, (_, waiting) => waiting - 1) == 0)
        {
            _waiting.TryRemove(new(realm, 0));
        }
    }

    private void Work()
    {
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_queue.Reader.TryRead(out var work))
            {
                work();
            }
        }
    }
}

/// <summary>More passwords are waiting to be hashed than the cell takes on. Try again in a few seconds.</summary>
internal sealed class PasswordWorkersBusyException() : Exception("The password workers are busy.");
