using Tessera.Cell.Store;

namespace Tessera.Cell.SignIn;

/// <summary>How an attempt to sign in ended.</summary>
internal abstract record SignInResult
{
    private SignInResult()
    {
    }

    public sealed record Succeeded(AccountRow Account) : SignInResult;

    /// <summary>One answer for every wrong user name and password, so that it tells nothing of who has an account.</summary>
    public sealed record Rejected : SignInResult;

    /// <summary>Nothing was checked; the same attempt may succeed in a few seconds.</summary>
    public sealed record Busy : SignInResult;
}
