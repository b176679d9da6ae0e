using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Tessera.Postgres.Tenants;

namespace Tessera.AspNetCore.Profiles.Access;

/// <summary>What callers may do: from memory, or from the database in one round trip.</summary>
internal sealed class CallerAccesses(AccessCache cache, PermissionCatalogue catalogue, IServiceScopeFactory scopes)
{
    private const string Read = """
        SELECT p.roles, p.tenant_roles, p.permissions
            || coalesce((SELECT array_agg(DISTINCT given) FROM tessera_roles r, unnest(r.permissions) given WHERE r.role = ANY (p.tenant_roles)), '{}')
        FROM tessera_profiles p WHERE p.sub = $1
        """;

    public ValueTask<CallerAccess> OfAsync(Caller caller, CancellationToken cancellation) =>
        cache.Find(caller) is { } known ? new(known) : new(ReadAsync(caller, cancellation));

    private async Task<CallerAccess> ReadAsync(Caller caller, CancellationToken cancellation)
    {
        // Marked before the rows are read: a change that comes between makes what is kept below stale at once.
        var mark = cache.Mark(caller.Tenant);
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<TenantScope>().Set(caller.Tenant);
        var statement = new NpgsqlBatchCommand(Read) { Parameters = { new NpgsqlParameter<string> { TypedValue = caller.Sub } } };
        var found = await scope.ServiceProvider.GetRequiredService<TenantDatabase>().QueryAsync(statement, Work, cancellation);
        var access = found is [var only] ? only : new CallerAccess(catalogue, catalogue.DefaultRoles(caller.IsMachine), [], []);
        cache.Keep(caller, access, mark);
        return access;
    }

    private CallerAccess Work(NpgsqlDataReader row) =>
        new(catalogue, row.GetFieldValue<string[]>(0), row.GetFieldValue<string[]>(1), row.GetFieldValue<string[]>(2));
}
