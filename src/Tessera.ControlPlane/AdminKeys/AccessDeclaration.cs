using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Tessera.ControlPlane.AdminKeys;

/// <summary>Endpoint metadata: the scope a key must have to reach the endpoint.</summary>
public sealed record RequiredScope(Scope Scope);

/// <summary>Endpoint metadata: why nobody needs a key to reach the endpoint.</summary>
public sealed record AnonymousAccess(string Reason);

/// <summary>Declares who may reach an endpoint. One that declares nothing keeps the program from starting.</summary>
public static class AccessDeclaration
{
    public static TBuilder RequireScope<TBuilder>(this TBuilder endpoint, Scope scope) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new RequiredScope(scope));

    public static TBuilder AllowAnonymousBecause<TBuilder>(this TBuilder endpoint, string reason) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new AnonymousAccess(reason));

    /// <exception cref="InvalidOperationException">An endpoint declares no access, or two kinds of it.</exception>
    internal static void RequireDeclaredAccess(this IEndpointRouteBuilder routes)
    {
        var undeclared = routes.DataSources.SelectMany(source => source.Endpoints)
            .Where(endpoint => endpoint.Metadata.GetMetadata<RequiredScope>() is null == endpoint.Metadata.GetMetadata<AnonymousAccess>() is null)
            .Select(endpoint => endpoint.DisplayName)
            .ToList();
        if (undeclared.Count > 0)
        {
            throw new InvalidOperationException($"These endpoints do not declare exactly one kind of access: {string.Join("; ", undeclared)}.");
        }
    }
}
