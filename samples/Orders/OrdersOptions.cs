using Microsoft.Extensions.Options;

namespace Orders;

/// <summary>The section <c>Orders</c>, and the route API's address out of <c>Tessera</c>.</summary>
public sealed class OrdersOptions
{
    public string Listen { get; set; } = "http://127.0.0.1:8410";

    /// <summary>The authority browsers use; the page's redirect URI is <c>http://{Host}/callback</c>.</summary>
    public string Host { get; set; } = "orders.localhost:8410";

    /// <summary>Connects as the role that serves requests: neither owner nor superuser.</summary>
    public string Postgres { get; set; } = "";

    /// <summary>Connects as the tables' owner; used once, at start.</summary>
    public string PostgresOwner { get; set; } = "";

    /// <summary>Origin of the auth host.</summary>
    public string? RouteApi { get; set; }
}

internal sealed class OrdersOptionsValidator : IValidateOptions<OrdersOptions>
{
    /// <exception cref="OptionsValidationException">Something is missing; all of it is listed.</exception>
    public static void Demand(OrdersOptions options)
    {
        if (new OrdersOptionsValidator().Validate(null, options) is { Failed: true } faults)
        {
            throw new OptionsValidationException(nameof(OrdersOptions), typeof(OrdersOptions), faults.Failures);
        }
    }

    public ValidateOptionsResult Validate(string? name, OrdersOptions options)
    {
        string[] faults =
        [
            .. Fault(string.IsNullOrWhiteSpace(options.Postgres), "Orders:Postgres must be the connection string of the role that serves requests."),
            .. Fault(string.IsNullOrWhiteSpace(options.PostgresOwner), "Orders:PostgresOwner must be the connection string of the tables' owner."),
            .. Fault(string.IsNullOrWhiteSpace(options.Host), "Orders:Host must be the authority browsers use, for instance orders.localhost:8410."),
            .. Fault(!Uri.IsWellFormedUriString(options.RouteApi, UriKind.Absolute), "Tessera:RouteApi must be the auth host's origin, for instance http://localhost:8400."),
        ];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static string[] Fault(bool present, string fault) => present ? [fault] : [];
}
