namespace Tessera.Postgres.Tenants;

/// <summary>The tenant was read before anything set it: the caller was not authenticated, or this is no request.</summary>
public sealed class TenantNotSetException()
    : InvalidOperationException("The scope has no tenant. Authenticate the caller first, or set TenantScope in work that has none.");
