using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Update;
using Tessera.Postgres.Rows;
using Tessera.Postgres.Tenants;

namespace Tessera.Postgres.EntityFramework;

/// <summary>Row-level security for EF Core.</summary>
public static class RowSecurityDbContextOptions
{
    /// <summary>
    /// Makes every query and every write carry the context's <see cref="IRowSecured.RowScope"/> in its own round trip. Comes
    /// after <c>UseNpgsql</c>; the context must be <see cref="IRowSecured"/>, and is asynchronous only. Migrations run without
    /// a scope.
    /// </summary>
    public static DbContextOptionsBuilder UseRowLevelSecurity(this DbContextOptionsBuilder builder) => builder
        .AddInterceptors(new RowSecurityInterceptor())
        .ReplaceService<IModificationCommandBatchFactory, RowSecuredBatchFactory>();

    /// <summary>The same for a context that is <see cref="ITenantSecured"/>: its rows are those of the scope's tenant.</summary>
    public static DbContextOptionsBuilder UseTenantRowLevelSecurity(this DbContextOptionsBuilder builder)
    {
        var context = builder.Options.ContextType;
        return context == typeof(DbContext) || typeof(ITenantSecured).IsAssignableFrom(context)
            ? builder.UseRowLevelSecurity()
            : throw new InvalidOperationException($"{context.Name} must be {nameof(ITenantSecured)} to be secured by tenant.");
    }
}
