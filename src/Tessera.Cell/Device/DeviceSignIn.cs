using Tessera.Cell.Protocol;
using Tessera.Cell.SignIn;

namespace Tessera.Cell.Device;

/// <summary>The sign-in between typing a user code and the question: <c>/login?user_code=…</c> leads back to <c>/device</c>.</summary>
internal static class DeviceSignIn
{
    public const string Parameter = "user_code";

    public static string LoginFor(UserCode code) => "/login" + QueryString.Create(Parameter, code.Code);

    public static string BackFor(QueryString query) => ProtocolPaths.Device + query.Value;

    /// <summary>The sign-in this query asks for, if its user code waits for one.</summary>
    public static async Task<SignInRequest?> ReadAsync(HttpContext http) =>
        await http.RequestServices.GetRequiredService<UserCodes>().FindAsync(http, http.Request.Query[Parameter].ToString()) is UserCodeResult.Found { Code: var code }
            ? new SignInRequest(code.Client, "", "", QueryString.Create(Parameter, code.Code))
            : null;
}
