using static Tessera.Guards.Removing.Removal;

namespace Tessera.Guards.Table;

/// <summary>A cell: who signs in, and which tenant a shared account acts for.</summary>
internal static class CellAccountGuards
{
    private const string Cell = "Tessera.Cell.";

    public static readonly Guard[] All =
    [
        new("A password matches its hash", Cell + "Passwords.PasswordWorkers.VerifyAsync", ReturnsTrue, "SignInOnSqlite"),
        new("A password that was not read to its end identifies nobody", Cell + "Passwords.BcryptHash.Identifies", ReturnsTrue, "PasswordHashTests"),
        new("A password or the hash of one, and a sound one", Cell + "Passwords.GivenPassword.Fault", ReturnsNull, "GivenPasswordOnSqlite"),
        new("A password is of a length that is worth hashing", Cell + "Passwords.PasswordRules.Fault", ReturnsNull, "ImportOnSqlite", "BadInputOnSqlite"),
        new("A text too long for a password costs no hash", Cell + "SignIn.PasswordSignIn.AreOfPossibleLength", ReturnsTrue, "BadInputOnSqlite", "PasswordFloodTests"),
        new("A name is one word", Cell + "Accounts.Username.IsOneWord", ReturnsTrue, "ImportOnSqlite", "LookalikeTests"),
        new("An account's names are names", Cell + "Accounts.AccountRules.Fault", ReturnsNull, "ImportOnSqlite", "BadInputOnSqlite"),
        new("A renewed hash never takes a new one's place", Cell + "Passwords.HashRenewal.RenewAsync", ReturnsTrue, "OvertakenOnSqlite", "HashRenewalOnSqlite"),
        new("No session begins for an account that changed meanwhile", Cell + "Sessions.SessionBook.BeginAsync", Takes("set_IsModified", null), "OvertakenOnSqlite"),
        new("A disabled account signs in nowhere", Cell + "SignIn.PasswordSignIn.TryAsync", Takes("get_Enabled", true), "SignInOnSqlite"),
        new("No tenant chooses a shared account's password", Cell + "Memberships.MemberBook.ChangeAsync", Takes("get_Password", null), "SharedRealmOnSqlite"),
        new("A machine does for a tenant what that has let it do", Cell + "Tokens.ClientTenant.FindAsync", Takes("All", true), "SharedRealmOnSqlite"),
        new("An old policy that is sent again loosens nothing", Cell + "Policies.CellPolicy.IsLater", ReturnsTrue, "CellPolicyTests"),
        new("A policy is the directory's", "Tessera.Contracts.Policies.PolicyPage.Open", Takes("TryVerify", true), "CellPolicyTests"),
    ];
}
