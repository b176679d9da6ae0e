using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;

namespace Tessera.UnitTests.Postgres;

/// <summary>Two tenants with ten users each, ids 1 to 10 in both, and three notes per user.</summary>
public sealed class NotebookFixture : IAsyncLifetime
{
    internal TestDatabase Database { get; } = new();

    internal TenantId Acme { get; } = TenantId.New();

    internal TenantId Globex { get; } = TenantId.New();

    internal DbContextOptions<Notebook> Options { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        Options = Notebook.Options(Database.Runtime);
        await SeedAsync(Acme, "acme");
        await SeedAsync(Globex, "globex");
    }

    internal Notebook Open(TenantId? tenant) => Notebook.Of(Options, tenant);

    internal async Task SeedAsync(TenantId tenant, string name)
    {
        await TestDatabase.ExecuteAsync(Database.Superuser, $"""
            INSERT INTO users SELECT '{tenant}', i, '{name} ' || i, 1 FROM generate_series(1, 10) i;
            INSERT INTO notes (tenant_id, user_id, body) SELECT '{tenant}', i, '{name} note ' || j FROM generate_series(1, 10) i, generate_series(1, 3) j;
            """);
    }

    internal Task<string> NameOfAsync(TenantId tenant, long id) =>
        Database.AskAsync<string>($"SELECT name FROM users WHERE tenant_id = '{tenant}' AND id = {id}");

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
