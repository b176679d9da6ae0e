using Tessera.Contracts.Errors;

namespace Tessera.ControlPlane.Imports;

internal static class ImportErrors
{
    /// <summary>By a call that is still at it, or that was cut off and is about to be undone.</summary>
    public static Error ImportPending() => new("import_pending", 503, "This import is making the tenant just now. Ask again in a few seconds.", "slug");

    public static Error ClientNotImported(string field) => new(
        "client_not_imported", 400, "An import makes public clients that sign with ES256. Make others one by one, so that their secrets are told.", field);

    public static Error SharedNotImported(string field) => new(
        "shared_not_imported", 400, "Shared tenants and their members are made one by one.", field);

    public static Error AdministratorNotImported() => new(
        "administrator_not_imported", 400, "Import the tenant's people as users.", "administrator");
}
