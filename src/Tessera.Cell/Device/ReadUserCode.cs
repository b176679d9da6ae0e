using OpenIddict.Server;
using Tessera.Cell.Protocol;
using Tessera.Cell.Realms;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.Device;

/// <summary>People type codes in small letters and with or without the hyphen; the store knows the letters alone.</summary>
internal sealed class ReadUserCode : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.UserCode is { } typed)
        {
            context.UserCode = UserCodes.Normalize(typed);
        }

        return default;
    }
}

/// <summary>Devices ask at the issuer and send people to the sign-in host.</summary>
internal sealed class NameDevicePage(RealmScope scope) : IOpenIddictServerHandler<ApplyDeviceAuthorizationResponseContext>
{
    public ValueTask HandleAsync(ApplyDeviceAuthorizationResponseContext context)
    {
        if (context.Response.UserCode is { } code)
        {
            var page = new Uri(scope.Realm.SignIn, ProtocolPaths.Device).AbsoluteUri;
            context.Response.SetParameter("verification_uri", page);
            context.Response.SetParameter("verification_uri_complete", page + QueryString.Create(DeviceSignIn.Parameter, code));
            context.Response.SetParameter("interval", 5);
        }

        return default;
    }
}
