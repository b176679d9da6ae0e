using Tessera.Cell.Accounts;
using Tessera.Cell.Passwords;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Policies;
using Tessera.Contracts.Provisioning;

namespace Tessera.Cell.Imports;

/// <summary>One account of an import: refused already, or ready to be written.</summary>
/// <param name="Hash">Of its password; empty where it has none.</param>
internal sealed record AccountPlan(ImportedAccount Account, Guid Sub, string NormalizedUsername, string Hash, Error? Refusal)
{
    public static readonly Error NameTaken = new("username_taken", StatusCodes.Status409Conflict, "The tenant has a user of this name. Choose another.", "username");

    public static async Task<AccountPlan[]> ReadAsync(string importKey, RealmAccounts realm, HashingTurn hashing, EffectivePolicy policy, CancellationToken cancellation)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        return await Task.WhenAll(realm.Accounts.Select(account =>
        {
            var name = Username.Normalize(account.Username);
            var fault = Fault(account, policy) ?? (names.Add(name) ? null : NameTaken);
            return ReadyAsync(account, ImportedSub.Of(importKey, realm.RealmId, name), name, fault);
        }));

        async Task<AccountPlan> ReadyAsync(ImportedAccount account, Guid sub, string name, Error? fault) => new(
            account, sub, name,
            fault is null && account.Password is { } password ? await hashing.HashAsync(realm.RealmId, password, cancellation) : account.PasswordHash ?? "",
            fault);
    }

    private static Error? Fault(ImportedAccount account, EffectivePolicy policy) =>
        AccountRules.Fault(account.Username, account.Email, account.Name)
        ?? GivenPassword.Fault(account.Password, account.PasswordHash, policy);
}
