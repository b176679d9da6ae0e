using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Tessera.AspNetCore.Profiles;
using Tessera.AspNetCore.Profiles.Access;
using Tessera.AspNetCore.Profiles.Management;
using Tessera.Contracts.Ids;
using Tessera.Postgres.Tenants;

namespace Tessera.UnitTests.Profiles;

/// <summary>Permissions only shrink: nobody gives or takes what they do not hold.</summary>
public sealed class GrantTests(ProfilesHost host) : IClassFixture<ProfilesHost>
{
    private static readonly string[] People = ["p0", "p1", "p2", "p3"];
    private static readonly string[] AppRoles = ["reader", "clerk", "manager", "root"];
    private static readonly string[] TenantRoles = ["t0", "t1"];
    private static readonly string[] Permissions = ["orders:read", "orders:write", "orders:refund", ProfilePermissions.Manage, ProfilePermissions.GrantAny];

    /// <summary>Somebody does something to somebody's profile, or to a role.</summary>
    private sealed record Act(int Kind, string Actor, string Target, string[] Roles, string[] TenantRoles, string[] Permissions);

    private static readonly Gen<Act> Acts =
        from kind in Gen.Int[0, 5]
        from actor in OneOf(People)
        from target in OneOf(People)
        from roles in OneOf(AppRoles).Array[0, 2]
        from own in OneOf(TenantRoles).Array[0, 2]
        from permissions in OneOf(Permissions).Array[0, 2]
        select new Act(kind, actor, target, roles, own, permissions);

    private static Gen<string> OneOf(string[] names) => Gen.Int[0, names.Length - 1].Select(index => names[index]);

    [Theory]
    [InlineData("""{"roles":["root"]}""")]
    [InlineData("""{"permissions":["orders:refund"]}""")]
    [InlineData("""{"permissions":["profiles:grant-any"]}""")]
    [InlineData("""{"tenant_roles":["refunders"]}""")]
    public async Task A_manager_gives_nothing_they_do_not_hold_themselves_neither_to_others_nor_to_themselves(string profile)
    {
        await using var scope = host.Scope(host.Acme);
        await scope.ServiceProvider.GetRequiredService<TenantProfiles>().PutRoleAsync("refunders", ["orders:refund"]);
        var manager = await host.SomebodyAsync(host.Acme, "manager");
        Assert.Equal("grant_exceeds_own", await CodeAsync(manager, HttpMethod.Put, $"/profiles/subjects/{ProfilesHost.Stranger()}", profile));
        var own = await TagAsync(manager, $"/profiles/subjects/{manager}");
        Assert.Equal("grant_exceeds_own", await CodeAsync(manager, HttpMethod.Put, $"/profiles/subjects/{manager}", profile, own));
        Assert.Equal("", await CodeAsync(manager, HttpMethod.Put, $"/profiles/subjects/{ProfilesHost.Stranger()}", """{"roles":["clerk","manager"]}"""));
    }

    [Fact]
    public async Task A_manager_takes_nothing_they_do_not_hold_themselves()
    {
        var (manager, root) = (await host.SomebodyAsync(host.Acme, "manager"), await host.SomebodyAsync(host.Acme, "root"));
        var tag = await TagAsync(manager, $"/profiles/subjects/{root}");
        Assert.Equal("grant_exceeds_own", await CodeAsync(manager, HttpMethod.Put, $"/profiles/subjects/{root}", "{}", tag));
        Assert.Equal("grant_exceeds_own", await CodeAsync(manager, HttpMethod.Delete, $"/profiles/subjects/{root}", null, tag));
        Assert.Equal("", await CodeAsync(manager, HttpMethod.Put, $"/profiles/subjects/{root}", """{"roles":["root"],"preferences":{"theme":"dark"}}""", tag));
    }

    [Fact]
    public async Task A_manager_makes_no_role_of_more_than_they_hold_and_grows_none()
    {
        var (manager, root) = (await host.SomebodyAsync(host.Acme, "manager"), await host.SomebodyAsync(host.Acme, "root"));
        Assert.Equal("grant_exceeds_own", await CodeAsync(manager, HttpMethod.Put, "/profiles/roles/growing", """{"permissions":["orders:refund"]}"""));
        Assert.Equal("", await CodeAsync(manager, HttpMethod.Put, "/profiles/roles/growing", """{"permissions":["orders:read"]}"""));
        var tag = await TagAsync(manager, "/profiles/roles/growing");
        Assert.Equal("grant_exceeds_own", await CodeAsync(manager, HttpMethod.Put, "/profiles/roles/growing", """{"permissions":["orders:read","orders:refund"]}""", tag));
        Assert.Equal("", await CodeAsync(root, HttpMethod.Put, "/profiles/roles/growing", """{"permissions":["orders:read","orders:refund"]}""", tag));
        Assert.Equal("grant_exceeds_own", await CodeAsync(manager, HttpMethod.Delete, "/profiles/roles/growing", null, await TagAsync(manager, "/profiles/roles/growing")));
    }

    [Fact]
    public async Task A_role_counts_with_all_it_gives_also_for_somebody_who_has_that_in_another_way()
    {
        var manager = await host.SomebodyAsync(host.Acme, "manager");
        var sub = ProfilesHost.Stranger();
        await host.GiveAsync(host.Acme, sub, new ProfileSpec { Permissions = Permissions });
        var all = string.Join(',', Permissions.Select(permission => $"\"{permission}\""));
        Assert.Equal("grant_exceeds_own", await CodeAsync(manager, HttpMethod.Put, $"/profiles/subjects/{sub}", $$"""{"roles":["root"],"permissions":[{{all}}]}""", await TagAsync(manager, $"/profiles/subjects/{sub}")));
    }

    [Fact]
    public async Task Who_was_a_manager_a_moment_ago_changes_nothing_more_whatever_is_in_memory()
    {
        await using var scope = host.Scope(host.Acme);
        var store = scope.ServiceProvider.GetRequiredService<ProfileStore>();
        var actor = new Caller(host.Acme.TenantId, await host.SomebodyAsync(host.Acme, "clerk"), IsMachine: false);
        var refused = Assert.IsType<ProfileResult<Profile>.Refused>(await store.PutAsync(actor, "x", new ProfileSpec(), new Expected.Unsaid(), default));
        Assert.Equal("permission_missing", refused.Error.Code);
        Assert.IsType<ProfileResult<Profile>.Refused>(await store.DeleteAsync(actor, actor.Sub, new Expected.Anything(), default));
        Assert.IsType<ProfileResult<IReadOnlyList<ImportedLine>>.Refused>(await store.ImportAsync(actor, [], replace: true, default));
        var roles = scope.ServiceProvider.GetRequiredService<RoleStore>();
        Assert.IsType<ProfileResult<TenantRole>.Refused>(await roles.PutAsync(actor, "x", [], new Expected.Anything(), default));
        Assert.IsType<ProfileResult<TenantRole>.Refused>(await roles.DeleteAsync(actor, "x", new Expected.Anything(), default));
    }

    /// <summary>Each sequence in a tenant of its own, read after every step as a fresh instance would read it.</summary>
    [Fact]
    public async Task Whatever_is_done_in_whatever_order_nobody_gains_or_loses_what_the_actor_did_not_hold()
    {
        await using var services = new ServiceCollection().AddLogging().AddSingleton(_ => NpgsqlDataSource.Create(host.Database.RuntimeConnection()))
            .AddTesseraProfiles(options =>
            {
                ProfilesHost.Roles(options);
                options.DefaultRole = "reader";
                options.CacheLifetime = options.UnheardLifetime = TimeSpan.Zero;
            }).BuildServiceProvider();
        var accepted = 0;
        await Gen.Select(Acts.Array[4, 10], OneOf(AppRoles).Array[2, 2]).SampleAsync(async (acts, begin) =>
        {
            var tenant = TenantId.New();
            await using var scope = services.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<TenantScope>().Set(tenant);
            var profiles = scope.ServiceProvider.GetRequiredService<TenantProfiles>();
            await profiles.PutAsync("p0", new ProfileSpec { Roles = ["manager", begin[0]] });
            await profiles.PutAsync("p1", new ProfileSpec { Roles = [begin[1]] });
            await profiles.PutRoleAsync("t0", ["orders:refund"]);
            var before = await HeldAsync(services, tenant);
            foreach (var act in acts)
            {
                accepted += await DoAsync(scope.ServiceProvider, new Caller(tenant, act.Actor, IsMachine: false), act) ? 1 : 0;
                var after = await HeldAsync(services, tenant);
                foreach (var person in People)
                {
                    var changed = before[person].Except(after[person]).Concat(after[person].Except(before[person])).ToList();
                    if (changed.Count > 0 && !(before[act.Actor].Contains(ProfilePermissions.Manage) && (before[act.Actor].Contains(ProfilePermissions.GrantAny) || changed.All(before[act.Actor].Contains))))
                    {
                        throw new InvalidOperationException($"{act.Actor}, who held {string.Join(' ', before[act.Actor])}, changed {string.Join(' ', changed)} of {person} by {act}.");
                    }
                }

                before = after;
            }
        }, iter: 120, threads: 2);
        Assert.True(accepted > 50, $"Only {accepted} acts were accepted; the property has seen nothing.");
    }

    private static async Task<Dictionary<string, HashSet<string>>> HeldAsync(IServiceProvider services, TenantId tenant)
    {
        var held = new Dictionary<string, HashSet<string>>();
        foreach (var person in People)
        {
            held[person] = [.. (await services.GetRequiredService<CallerAccesses>().OfAsync(new Caller(tenant, person, IsMachine: false), default)).Permissions];
        }

        return held;
    }

    private static async Task<bool> DoAsync(IServiceProvider services, Caller actor, Act act)
    {
        var (store, roles, any) = (services.GetRequiredService<ProfileStore>(), services.GetRequiredService<RoleStore>(), new Expected.Anything());
        var spec = new ImportSpec { Sub = act.Target, Roles = act.Roles, TenantRoles = act.TenantRoles, Permissions = act.Permissions };
        var role = act.TenantRoles.FirstOrDefault() ?? "t0";
        return act.Kind switch
        {
            0 or 1 => await store.PutAsync(actor, act.Target, spec, any, default) is ProfileResult<Profile>.Done,
            2 => await store.DeleteAsync(actor, act.Target, any, default) is ProfileResult<Profile>.Done,
            3 => await roles.PutAsync(actor, role, act.Permissions, any, default) is ProfileResult<TenantRole>.Done,
            4 => await roles.DeleteAsync(actor, role, any, default) is ProfileResult<TenantRole>.Done,
            _ => await store.ImportAsync(actor, [new ImportLine(1, spec, null)], replace: true, default) is ProfileResult<IReadOnlyList<ImportedLine>>.Done { Value: [{ Outcome: not "refused" }] },
        };
    }

    private async Task<string> CodeAsync(string sub, HttpMethod method, string path, string? body, string? match = null)
    {
        using var response = await host.SendAsync(host.One, host.Acme, sub, method, path, body, match);
        return response.IsSuccessStatusCode ? "" : System.Text.Json.JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("code").GetString()!;
    }

    private async Task<string> TagAsync(string reader, string path)
    {
        using var response = await host.SendAsync(host.One, host.Acme, reader, HttpMethod.Get, path);
        return response.Headers.ETag!.Tag;
    }
}
