using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenIddict.Abstractions;
using Tessera.Cell.RequestedClaims;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Users;
using Bodies = Tessera.AspNetCore.Tenancy.BodyTenants;
using RouteKeys = Tessera.Router.Routes.RouteKey;

namespace Tessera.Fuzz.Parsers;

/// <summary>Parts of requests.</summary>
internal static class Requests
{
    private static readonly string[] Askable = ["email", "email_verified", "name", "preferred_username", "auth_time", "acr"];
    private static readonly string[] TenantMembers = ["tenant_id", "tenantId"];
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static Parser Claims { get; } = new("claims", [typeof(ClaimsRequest)], text =>
    {
        if (ClaimsRequest.Read(new OpenIddictRequest { [OpenIddictConstants.Parameters.Claims] = text }) is { } request)
        {
            Promise.That(request.IdToken.Concat(request.UserInfo).All(Askable.Contains), "Only what can be asked for is asked for");
        }
    });

    public static Parser RouteKey { get; } = new("route-key", [typeof(RouteKeys)], text =>
    {
        var (find, error) = RouteKeys.Read(new QueryString(text.Length == 0 ? text : $"?{text.TrimStart('?')}"));
        Promise.That(find is null == error is not null, "A query is a look-up or refused");
        Promise.That(find?.Invoke(new Tessera.Router.Map.RouteMap(new Tessera.Router.AuthHost("https://auth.example.com"))) is null, "Nobody is found where nobody is");
    });

    public static Parser BodyTenants { get; } = new("body-tenant", [typeof(Bodies), typeof(Tessera.AspNetCore.Tenancy.JsonTenants), typeof(Tessera.AspNetCore.Tenancy.FormTenants)], text =>
    {
        var context = new DefaultHttpContext();
        var body = Encoding.UTF8.GetBytes(text);
        (context.Request.ContentType, context.Request.ContentLength, context.Request.Body) = ("application/json", body.Length, new MemoryStream(body));
        var found = Bodies.ReadAsync(context.Request, CancellationToken.None).GetAwaiter().GetResult();
        Promise.That(Mentions(text).All(member => found.Contains(member)), "No reader behind it finds a tenant that it does not");
        Promise.Same(0L, context.Request.Body.Position, "The body is left to be read");
    });

    public static Parser Page { get; } = new("page", [typeof(PageQuery), typeof(UserQuery), typeof(Check)], text =>
    {
        var check = new Check();
        var (_, limit) = UserQuery.Page(check, text, text);
        Promise.That(limit is >= 1 and <= PageQuery.Most, "A page is never larger than the largest");
        Promise.That(check.Failed(out _), "Nothing is a number and a cursor");
    });

    public static Parser Cookie { get; } = new("cookie", [typeof(Tessera.Cell.Sessions.SessionCookie)], text =>
    {
        if (Tessera.Cell.Sessions.SessionCookie.Read(text) is { } hash)
        {
            Promise.Same(32, hash.Length, "A session is found by a hash");
            Promise.That(Tessera.Contracts.Keys.StrictBase64Url.Decode(text) is { Length: 32 }, "A cookie has one text");
        }
    });

    // As model binding takes them: any case, and each of them.
    private static List<(string, string?)> Mentions(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text, Lenient);
            return json.RootElement.ValueKind != JsonValueKind.Object ? [] :
            [
                .. json.RootElement.EnumerateObject()
                    .Where(member => TenantMembers.Contains(member.Name, StringComparer.OrdinalIgnoreCase) && member.Value.ValueKind != JsonValueKind.Null)
                    .Select(member => (member.Name, member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : null)),
            ];
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return []; // no JSON, or text that is no Unicode: nobody reads a tenant there
        }
    }
}
