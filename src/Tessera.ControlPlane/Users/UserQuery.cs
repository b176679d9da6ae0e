using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;

namespace Tessera.ControlPlane.Users;

/// <summary>Which page of people a list is asked for.</summary>
internal static class UserQuery
{
    public static (Guid? After, int Limit) Page(Check check, string? after, string? limit)
    {
        var size = PageQuery.Limit(check, limit);
        if (after is null)
        {
            return (null, size);
        }

        if (!Guid.TryParseExact(after, "D", out var last))
        {
            check.Fail(HttpErrors.Invalid("after", "Give the next of the page before."));
        }

        return (last, size);
    }
}
