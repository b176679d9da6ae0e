using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Tessera.AspNetCore.Declarations;

/// <summary>Some endpoints do not say where their tenant and permission come from. All of them are listed, each with its remedy.</summary>
public sealed class UndeclaredEndpointsException(IReadOnlyList<string> faults)
    : Exception($"The application does not start, as its endpoints must say where their tenant comes from:{string.Concat(faults.Select(fault => $"{Environment.NewLine}- {fault}"))}")
{
    /// <summary>One sentence per endpoint.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}

/// <summary>Looks at all endpoints once the pipeline is built, before the server listens.</summary>
internal sealed class DeclarationCheck(EndpointDeclarations declarations) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        Demand(app.ApplicationServices.GetService<EndpointDataSource>()?.Endpoints ?? []);
    };

    /// <exception cref="UndeclaredEndpointsException">Something is wrong with one of them, or nothing enforces what they say.</exception>
    private void Demand(IReadOnlyList<Microsoft.AspNetCore.Http.Endpoint> endpoints)
    {
        string[] faults =
        [
            .. declarations.AreEnforced || !endpoints.Any(endpoint => declarations.Of(endpoint).DemandsTenant) ? Array.Empty<string>() : ["The pipeline lacks app.UseTessera(), which sets the tenant. It comes after UseAuthentication() and before UseAuthorization()."],
            .. endpoints.Select(endpoint => (endpoint.DisplayName, declarations.Of(endpoint).Fault)).Where(found => found.Fault is not null).Select(found => $"{found.DisplayName} {found.Fault}"),
        ];
        if (faults.Length > 0)
        {
            throw new UndeclaredEndpointsException(faults);
        }
    }
}
