namespace Tessera.SystemTests.Isolation.Matrix;

/// <summary>The router's own endpoints. What it passes on is tried at each endpoint of the cells, through it.</summary>
internal static class RouterDeclarations
{
    public static Dictionary<string, Declaration> All { get; } = new()
    {
        ["router GET /health"] = Declaration.Open(_ => new Attempt("GET", "/health")),
        ["router GET /route"] = Declaration.Open(aim => new Attempt("GET", $"/route?slug={aim.Victim.Slug}")),
        ["router GET /{**path}"] = Declaration.Open(aim => new Attempt("GET", $"/{aim.Victim.Tenant.Realm}/nowhere")),
    };
}
