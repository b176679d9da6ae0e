using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Update;

namespace Tessera.Postgres.EntityFramework;

/// <summary>Makes <see cref="RowSecuredBatch"/>es of the size the options ask for.</summary>
internal sealed class RowSecuredBatchFactory(ModificationCommandBatchFactoryDependencies dependencies, IDbContextOptions options)
    : IModificationCommandBatchFactory
{
    private const int DefaultSize = 1000;
    private readonly int _size = RelationalOptionsExtension.Extract(options).MaxBatchSize ?? DefaultSize;

    public ModificationCommandBatch Create() => new RowSecuredBatch(dependencies, _size);
}
