using System.Net;
using Microsoft.Extensions.Options;
using Tessera.Contracts.Ids;

namespace Tessera.Cell;

/// <summary>What a cell must be told, section <c>Cell</c> of its configuration.</summary>
public sealed class CellOptions
{
    /// <summary>The cell's id, such as <c>eu-1</c>.</summary>
    public string Id { get; set; } = "";

    /// <summary>Origin it listens on; loopback unless a network of their own joins it with router and control plane.</summary>
    public string Listen { get; set; } = "http://127.0.0.1:8421";

    /// <summary>Origin at which router and control plane reach it, where something stands between: a port that is mapped, a proxy. <see cref="Listen"/> unless set.</summary>
    public string? Endpoint { get; set; }

    /// <summary>Folder of its keys and, without PostgreSQL, its store.</summary>
    public string Data { get; set; } = "";

    /// <summary>Origin of the auth host, <c>https://auth.example.com</c>: every issuer begins with it.</summary>
    public string AuthHost { get; set; } = "";

    /// <summary>Origin of the control plane; needed to join, and later only where it has moved.</summary>
    public string? ControlPlane { get; set; }

    /// <summary>The single-use join token; needed only until the cell has joined.</summary>
    public string? JoinToken { get; set; }

    /// <summary>Connection string of the runtime role. Absent: SQLite in <see cref="Data"/>.</summary>
    public string? Postgres { get; set; }

    /// <summary>Connection string of the owner role, used once at start to make the schema.</summary>
    public string? PostgresOwner { get; set; }

    /// <summary>Addresses of the routers. Only from these are forwarding headers believed; 127.0.0.1 unless set.</summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>
    /// Lets the cell call applications on this machine, <c>http://localhost</c> and the like, to tell them of ended sessions.
    /// For development: elsewhere whoever registers a client could reach what stands beside the cell. Off unless set.
    /// </summary>
    public bool AllowLoopbackCallbacks { get; set; }

    // Never an empty list, which would make ASP.NET Core believe everyone. Not the property's own value: configuration would add to it.
    internal void TrustThisMachineUnlessTold()
    {
        if (TrustedProxies.Count == 0)
        {
            TrustedProxies.Add("127.0.0.1");
        }
    }

    internal CellId CellId => CellId.TryParse(Id, out var id) ? id : throw new InvalidOperationException("Cell:Id was not validated.");

    internal Uri EndpointUri => new(Endpoint ?? Listen);

    internal Uri AuthHostUri => new(AuthHost);
}

internal sealed class CellOptionsValidator : IValidateOptions<CellOptions>
{
    public ValidateOptionsResult Validate(string? name, CellOptions options)
    {
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(CellOptions options)
    {
        if (!CellId.TryParse(options.Id, out _))
        {
            yield return "Cell:Id must be lower-case letters, digits and inner hyphens, such as eu-1.";
        }

        if (!IsOrigin(options.Listen) || !IPAddress.TryParse(new Uri(options.Listen).DnsSafeHost, out _))
        {
            yield return "Cell:Listen must be an origin with an IP address, such as http://127.0.0.1:8421.";
        }

        if (options.Endpoint is not null && !IsOrigin(options.Endpoint))
        {
            yield return "Cell:Endpoint must be the origin at which router and control plane reach the cell, such as http://10.0.0.7:8421.";
        }

        if (!IsOrigin(options.AuthHost))
        {
            yield return "Cell:AuthHost must be the origin of the auth host, such as https://auth.example.com.";
        }

        if (string.IsNullOrWhiteSpace(options.Data))
        {
            yield return "Cell:Data must name the folder of the cell's keys.";
        }

        if (options.ControlPlane is not null && !IsOrigin(options.ControlPlane))
        {
            yield return "Cell:ControlPlane must be an origin such as http://127.0.0.1:8401.";
        }

        foreach (var proxy in options.TrustedProxies.Where(p => !IPAddress.TryParse(p, out _)))
        {
            yield return $"Cell:TrustedProxies: '{proxy}' is not an IP address.";
        }
    }

    private static bool IsOrigin(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0;
}
