using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Tessera.ControlPlane.Store;

/// <summary>What differs between SQLite and PostgreSQL.</summary>
internal interface IStoreEngine : IAsyncDisposable
{
    DbContextOptions<DirectoryDb> Options { get; }

    /// <summary>Makes the schema where it is absent.</summary>
    /// <exception cref="StoreRefusedException">The store must not be used as it is.</exception>
    Task PrepareAsync(CancellationToken cancellation);

    /// <summary>Waits for the right to write, where the store has one writer.</summary>
    Task<IDisposable> EnterWriteAsync(CancellationToken cancellation);

    /// <summary>Begins a transaction bound to <paramref name="scope"/>; one that is not for writing cannot write.</summary>
    Task<IDbContextTransaction> BeginAsync(DirectoryDb db, DirectoryScope scope, bool writing, CancellationToken cancellation);
}
