namespace Tessera.AspNetCore.Declarations;

/// <summary>Endpoint metadata by which an endpoint has its tenant from the caller's token.</summary>
internal interface ITenantDemand;
