using Tessera.Cell.Control;
using Tessera.Cell.Limits;
using Tessera.Cell.Realms;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Wire;

namespace Tessera.Cell.Imports;

/// <summary>
/// <c>/cell/import</c>: realms and accounts of many tenants by one request. The service token names no tenant; its digest
/// binds it to one body, and the body names them all.
/// </summary>
internal static class ImportRoutes
{
    public const int LargestBody = 4 << 20;
    private static readonly Error TooMany = new("too_many_values", StatusCodes.Status400BadRequest, $"At most {RealmImport.Most} realms or {AccountImport.Most} accounts are taken at once.");

    public static void MapImports(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/cell/import/realms", FoundAsync).At(Door.Control).Demand(ServicePurpose.Import, LargestBody);
        routes.MapPost("/cell/import/accounts", MakeAsync).At(Door.Control).Demand(ServicePurpose.Import, LargestBody);
    }

    private static async Task<IResult> FoundAsync(HttpContext http, RealmFounder founder) =>
        !ControlBody.TryRead(http, WireJson.Default.RealmImport, out var import, out var refusal) ? refusal
        : import.Realms.Count > RealmImport.Most || import.Pools.Count > RealmImport.Most ? ProblemResponse.Result(TooMany)
        : Results.Json(await founder.FoundAsync(import, http.RequestAborted), WireJson.Default.RealmsImported);

    private static async Task<IResult> MakeAsync(HttpContext http, AccountImporter importer) =>
        !ControlBody.TryRead(http, WireJson.Default.AccountImport, out var import, out var refusal) ? refusal
        : import.Realms.Sum(realm => realm.Accounts.Count) > AccountImport.Most || import.Realms.Count > AccountImport.Most ? ProblemResponse.Result(TooMany)
        : Results.Json(await importer.ImportAsync(import, http.RequestAborted), WireJson.Default.AccountsImported);
}
