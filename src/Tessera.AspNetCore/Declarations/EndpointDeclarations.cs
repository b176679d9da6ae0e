using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tessera.AspNetCore.Profiles;

namespace Tessera.AspNetCore.Declarations;

/// <summary>What an endpoint has declared.</summary>
/// <param name="Fault">Null when it may be served.</param>
internal sealed record EndpointDeclaration(bool DemandsTenant, string? Fault);

/// <summary>Reads what endpoints declare, once for each.</summary>
internal sealed class EndpointDeclarations(TesseraOptions options, IServiceProvider services)
{
    private static readonly EndpointDeclaration Nowhere = new(DemandsTenant: false, Fault: null);
    private readonly ConditionalWeakTable<Endpoint, EndpointDeclaration> _known = [];
    private readonly PermissionCatalogue? _catalogue = services.GetService<PermissionCatalogue>();

    /// <summary>Whether the middleware that keeps to the declarations is in the pipeline.</summary>
    public bool AreEnforced { get; set; }

    /// <summary>Nowhere, which is where a request without an endpoint goes, there is no tenant.</summary>
    public EndpointDeclaration Of(Endpoint? endpoint) => IsNowhere(endpoint) ? Nowhere : _known.GetValue(endpoint!, Read);

    public bool IsReachableWithoutAuthorization(Endpoint? endpoint) => Of(endpoint) is { Fault: null, DemandsTenant: false };

    // Routing answers a wrong method or media type with an endpoint of its own, which carries no metadata whatever.
    private static bool IsNowhere(Endpoint? endpoint) => endpoint is null || (endpoint is not RouteEndpoint && endpoint.Metadata.Count == 0);

    // What gRPC answers UNIMPLEMENTED at: mapped by the framework beside the services, out of reach of their conventions.
    private static bool IsGrpcsOwn(Endpoint endpoint) => endpoint is RouteEndpoint route && route.RoutePattern.ParameterPolicies.Values
        .Any(policies => policies.Any(policy => policy.ParameterPolicy?.GetType().FullName == "Grpc.AspNetCore.Server.Internal.GrpcUnimplementedConstraint"));

    private EndpointDeclaration Read(Endpoint endpoint)
    {
        var (metadata, isExcused) = (endpoint.Metadata, options.IsWithoutTenant(endpoint) || IsGrpcsOwn(endpoint));
        return new EndpointDeclaration(
            DeclarationRules.DemandsTenant(metadata),
            DeclarationRules.SaysWhereItsTenantComesFrom(metadata, isExcused)
                ?? DeclarationRules.DoesNotContradictItself(metadata, isExcused)
                ?? DeclarationRules.PermissionsAreInTheCatalogue(metadata, _catalogue));
    }
}
