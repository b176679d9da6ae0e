using Microsoft.AspNetCore.Builder;

namespace Tessera.AspNetCore.Declarations;

/// <summary>
/// Says of endpoints, and of groups of them, where tenant and permission come from. What a group and its endpoint demand
/// adds up; a demand and its opposite on the same endpoint keep the application from starting, in whatever order they stand.
/// </summary>
public static class DeclarationConventions
{
    /// <inheritdoc cref="RequireTenantAttribute"/>
    public static TBuilder RequireTenant<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new RequireTenantAttribute());

    /// <inheritdoc cref="RequirePermissionAttribute"/>
    public static TBuilder RequirePermission<TBuilder>(this TBuilder endpoint, string permission) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new RequirePermissionAttribute(permission));

    /// <inheritdoc cref="WithoutTenantAttribute"/>
    public static TBuilder WithoutTenant<TBuilder>(this TBuilder endpoint, string why) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new WithoutTenantAttribute(why));
}
