using System.Globalization;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.Contracts.Wire;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Users;

/// <summary>What is asked of a cell about people. Each call carries the right to these people alone.</summary>
internal static class AccountCalls
{
    /// <summary>Gives a person an account in the tenant's realm, or a membership of the shared one.</summary>
    /// <exception cref="ArgumentException">The tenant has a realm of its own and the person no password.</exception>
    public static CellCall Make(TenantRow tenant, MemberSpec person) => tenant.Pattern == Pattern.Shared
        ? Call(HttpMethod.Post, People.Of(tenant), "").With(person, WireJson.Default.MemberSpec)
        : Call(HttpMethod.Post, People.Of(tenant), "").With(
            person is { Password: null, PasswordHash: null }
                ? throw new ArgumentException("An account needs a password.", nameof(person))
                : new AccountSpec(person.Username, person.Password, person.Email, person.Name, person.PasswordHash),
            WireJson.Default.AccountSpec);

    public static CellCall List(People people, Guid? after, int limit) =>
        Call(HttpMethod.Get, people, string.Create(CultureInfo.InvariantCulture, $"?limit={limit}{(after is null ? "" : $"&after={after}")}"));

    public static CellCall Get(People people, Guid sub) => Call(HttpMethod.Get, people, $"/{sub}");

    public static CellCall Change(People people, Guid sub, AccountChange change) =>
        Call(HttpMethod.Patch, people, $"/{sub}").With(change, WireJson.Default.AccountChange);

    public static CellCall Remove(People people, Guid sub) => Call(HttpMethod.Delete, people, $"/{sub}");

    private static CellCall Call(HttpMethod method, People people, string rest) =>
        new(method, people.Path + rest, ServicePurpose.Accounts, people.Tenant);
}
