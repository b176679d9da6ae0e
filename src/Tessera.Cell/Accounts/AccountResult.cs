using Tessera.Contracts.Errors;
using Tessera.Contracts.Provisioning;

namespace Tessera.Cell.Accounts;

/// <summary>How making or changing an account ended.</summary>
internal abstract record AccountResult
{
    private AccountResult()
    {
    }

    public sealed record Done(AccountRecord Account) : AccountResult;

    public sealed record Refused(Error Error) : AccountResult;

    public sealed record Missing : AccountResult;
}
