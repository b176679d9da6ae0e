using Tessera.Cell.Realms;

namespace Tessera.Cell.Pages;

/// <summary>The one file the pages need beside themselves.</summary>
internal static class Assets
{
    private static readonly byte[] Stylesheet = Read("sign-in.css");

    public static void MapAssets(this IEndpointRouteBuilder routes) => routes.MapGet("/assets/sign-in.css", (HttpContext http) =>
    {
        http.Response.Headers.CacheControl = "public, max-age=3600";
        return Results.Bytes(Stylesheet, "text/css; charset=utf-8");
    }).At(Door.SignIn);

    private static byte[] Read(string name)
    {
        using var stream = typeof(Assets).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly lacks {name}.");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
