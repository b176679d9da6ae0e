using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Keys;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.AdminKeys;

/// <summary>Lets a request through to its endpoint only with a key that may reach it. Keys are read afresh, so revoking works at once.</summary>
internal sealed class KeyGate(RequestDelegate next, DirectoryStore store, TimeProvider time)
{
    private const string Scheme = "Bearer ";

    public async Task InvokeAsync(HttpContext http)
    {
        // What is no route (nothing there, wrong method) has only a status to give.
        if (http.GetEndpoint() is not RouteEndpoint endpoint || endpoint.Metadata.GetMetadata<AnonymousAccess>() is not null)
        {
            await next(http);
            return;
        }

        var required = endpoint.Metadata.GetRequiredMetadata<RequiredScope>().Scope;
        var admitted = await AdmitAsync(http, required);
        if (admitted is Outcome<Caller>.Done(var caller))
        {
            http.Features.Set(caller);
            await next(http);
        }
        else if (admitted is Outcome<Caller>.Refused(var error))
        {
            await RefuseAsync(http, error);
        }
    }

    private async Task<Outcome<Caller>> AdmitAsync(HttpContext http, Scope required)
    {
        var header = http.Request.Headers.Authorization;
        if (header is not [{ } text] || !text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return KeyErrors.KeyRequired();
        }

        if (!AdminKey.TryParse(text[Scheme.Length..], out var key))
        {
            return KeyErrors.KeyInvalid();
        }

        var row = await store.ReadAsync(
            DirectoryScope.All, db => db.AdminKeys.SingleOrDefaultAsync(known => known.KeyId == key.KeyId, http.RequestAborted), http.RequestAborted);
        if (row is null || !GeneratedSecret.Matches(key.Secret, row.SecretHash)
            || row.RevokedAt is not null || row.ExpiresAt <= time.GetUtcNow())
        {
            return KeyErrors.KeyInvalid();
        }

        var caller = new Caller(row.KeyId, row.Scopes, row.TenantId, row.ExpiresAt);
        return !caller.Has(required) ? KeyErrors.ScopeMissing(required.Name)
            : caller.Tenant is { } only && RefusalOutside(only, http) is { } refusal ? refusal
            : caller;
    }

    // Another tenant's id is answered as one that does not exist.
    private static Error? RefusalOutside(TenantId only, HttpContext http) =>
        http.GetRouteValue(TenantRoutes.Id) is not string named ? KeyErrors.KeyOfOneTenant()
        : TenantId.TryParse(named, out var tenant) && tenant == only ? null
        : TenantErrors.TenantNotFound();

    private static Task RefuseAsync(HttpContext http, Error error)
    {
        if (error.Status == StatusCodes.Status401Unauthorized)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }

        return ProblemResult.WriteAsync(http.Response, error);
    }
}
