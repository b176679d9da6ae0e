using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Tessera.AspNetCore.Profiles;
using Tessera.Contracts.Ids;
using Tessera.Postgres.Checks;
using Tessera.UnitTests.Postgres;

namespace Tessera.UnitTests.Profiles;

/// <summary>The tables keep tenants apart by themselves, and the catalogue is what it says.</summary>
public sealed class ProfileSchemaTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task The_audit_finds_no_fault_with_the_tables_also_when_they_are_made_again()
    {
        await TestDatabase.ExecuteAsync(database.Owner, ProfileSchema.Create(database.RuntimeRole));
        await TestDatabase.ExecuteAsync(database.Owner, ProfileSchema.Create(database.RuntimeRole));
        var report = await RowSecurityAudit.RunAsync(database.Superuser, new RowSecurityAuditOptions
        {
            Columns = ["tenant_id"], Roles = [database.RuntimeRole], Tables = ["tessera_profiles", "tessera_roles", "users", "notes"],
        });
        Assert.DoesNotContain(report.Faults, fault => fault.Subject.Contains("tessera_", StringComparison.Ordinal) && !fault.Subject.Contains("tessera_test_", StringComparison.Ordinal));
        await RowSecurityCheck.RunAsync(database.Runtime, ["tenant_id"]);
    }

    [Fact]
    public async Task Without_a_tenant_there_are_no_profiles_and_for_another_tenant_none_are_made()
    {
        await TestDatabase.ExecuteAsync(database.Owner, ProfileSchema.Create(database.RuntimeRole));
        var (one, other) = (TenantId.New(), TenantId.New());
        await TestDatabase.ExecuteAsync(database.Superuser, $"INSERT INTO tessera_roles (tenant_id, role, permissions) VALUES ('{one}', 'r', '{{}}')");
        await using var connection = await database.Runtime.OpenConnectionAsync();
        await using var count = new NpgsqlCommand("SELECT count(*) FROM tessera_roles", connection);
        Assert.Equal(0L, await count.ExecuteScalarAsync());
        await using var forged = new NpgsqlCommand($"SELECT set_config('app.current_tenant_id', '{one}', false); INSERT INTO tessera_roles (tenant_id, role, permissions) VALUES ('{other}', 'x', '{{}}')", connection);
        Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => forged.ExecuteNonQueryAsync())).SqlState);
    }

    [Fact]
    public void Every_fault_of_a_catalogue_is_told_at_once()
    {
        var refusal = Assert.Throws<OptionsValidationException>(() => new ServiceCollection().AddTesseraProfiles(profiles =>
        {
            profiles.Permission("Orders Write", "x").Permission("a", "x").Permission("a", "y").Role("clerk", "b").Role("clerk").Role("Boss");
            (profiles.DefaultRole, profiles.CachedCallers, profiles.CacheLifetime, profiles.UnheardLifetime) = ("nobody", 0, TimeSpan.FromDays(1), TimeSpan.FromMinutes(1));
        }));
        Assert.Equal(9, refusal.Failures.Count());
    }
}
