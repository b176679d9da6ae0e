using System.Net;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Tessera.ControlPlane;

/// <summary>Collects every fault of the settings, so that one restart mends them all.</summary>
internal sealed class ControlOptionsValidator : IValidateOptions<ControlOptions>
{
    public ValidateOptionsResult Validate(string? name, ControlOptions options)
    {
        var faults = new List<string>();
        if (!IsOrigin(options.Listen, out var listen) || listen.Scheme != Uri.UriSchemeHttp || !IsAddress(listen))
        {
            faults.Add("Control:Listen must be http://, an IP address or localhost, and a port.");
        }

        if (string.IsNullOrWhiteSpace(options.Data))
        {
            faults.Add("Control:Data must name a folder.");
        }

        if (!IsOrigin(options.AuthHost, out var auth) || (auth.Scheme != Uri.UriSchemeHttp && auth.Scheme != Uri.UriSchemeHttps))
        {
            faults.Add("Control:AuthHost must be an origin such as https://auth.example.com.");
        }

        CheckConnection(options.Postgres, "Control:Postgres", faults);
        CheckConnection(options.PostgresOwner, "Control:PostgresOwner", faults);
        if (options.PostgresOwner is not null && options.Postgres is null)
        {
            faults.Add("Control:PostgresOwner is of use only with Control:Postgres.");
        }

        if (options.MakingTime < TimeSpan.FromSeconds(5) || options.MakingTime > TimeSpan.FromMinutes(10))
        {
            faults.Add("Control:MakingTime must be between 00:00:05 and 00:10:00.");
        }

        if (options.MovesAtOnce is < 1 or > 100)
        {
            faults.Add("Control:MovesAtOnce must be between 1 and 100.");
        }

        if (options.OpenSpareAt is not (>= 0.1 and <= 1))
        {
            faults.Add("Control:OpenSpareAt must be from 0.1 to 1.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsOrigin(string text, out Uri origin) =>
        Uri.TryCreate(text, UriKind.Absolute, out origin!) && origin.PathAndQuery == "/" && origin.Fragment == "" && origin.UserInfo == "";

    private static bool IsAddress(Uri listen) =>
        listen.Host == "localhost" ? listen.Port != 0 : IPAddress.TryParse(listen.DnsSafeHost, out _);

    private static void CheckConnection(string? text, string key, List<string> faults)
    {
        if (text is null)
        {
            return;
        }

        try
        {
            if (string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(text).Username))
            {
                faults.Add($"{key} must name its role (Username=).");
            }
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // The exception's text could quote a password.
            faults.Add($"{key} is not a connection string of Npgsql.");
        }
    }
}
