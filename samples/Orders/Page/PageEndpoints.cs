using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Tessera.Contracts.Ids;

namespace Orders.Page;

/// <summary>The page: choose a tenant, sign in there, see its orders, sign out.</summary>
internal static class PageEndpoints
{
    private const string Scheme = CookieAuthenticationDefaults.AuthenticationScheme;

    public static void MapPage(this WebApplication app)
    {
        var page = app.MapGroup("").AllowAnonymous().AddEndpointFilter((invocation, next) =>
        {
            PageHtml.Guard(invocation.HttpContext, app.Services.GetRequiredService<IOptions<PageOptions>>().Value);
            return next(invocation);
        });
        page.MapGet("/", ShowAsync);
        page.MapGet("/page.css", () => Results.Text(PageHtml.Style, "text/css"));
        page.MapGet("/sign-in", SignInAsync);
        page.MapGet("/callback", CallbackAsync);
        page.MapPost("/sign-out", SignOutAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, TesseraSignIn signIn)
    {
        var session = await context.AuthenticateAsync(Scheme);
        if (!session.Succeeded)
        {
            return PageHtml.Welcome();
        }

        var own = $"http://{context.Connection.LocalIpAddress}:{context.Connection.LocalPort}";
        var orders = await signIn.OrdersAsync(own, session.Properties!.GetTokenValue("access_token")!, context.RequestAborted);
        if (orders is null)
        {
            await context.SignOutAsync(Scheme);
            return PageHtml.Welcome("Your session has ended. Sign in again.");
        }

        return PageHtml.Orders(session.Principal!.FindFirstValue("slug")!, orders);
    }

    private static async Task<IResult> SignInAsync(string? slug, HttpContext context, TesseraSignIn signIn, IDataProtectionProvider protection)
    {
        if (!Slug.TryParse(slug?.Trim(), out var tenant) || await signIn.FindAsync(tenant, context.RequestAborted) is not { } route)
        {
            return PageHtml.Welcome("There is no such tenant.", 404);
        }

        var attempt = SignInAttempt.For(route);
        attempt.Save(context, protection);
        return Results.Redirect(signIn.AuthorizeUrl(attempt));
    }

    private static async Task<IResult> CallbackAsync(string? code, string? state, string? iss, HttpContext context, TesseraSignIn signIn, IDataProtectionProvider protection)
    {
        var attempt = SignInAttempt.Take(context, protection);

        // RFC 9207: with many issuers, a code must come from the one this browser was sent to.
        if (attempt is null || code is null || !IsSame(state, attempt.State) || iss != attempt.Issuer
            || await signIn.RedeemAsync(attempt, code, context.RequestAborted) is not { } tokens)
        {
            return PageHtml.Welcome("The sign-in did not complete. Try again.", 400);
        }

        var identity = new ClaimsIdentity([new("slug", attempt.Slug), new("sign_in_host", attempt.SignInHost), new("client_id", attempt.ClientId)], Scheme);
        var properties = new AuthenticationProperties();
        properties.StoreTokens([new() { Name = "access_token", Value = tokens.AccessToken }]);
        await context.SignInAsync(Scheme, new ClaimsPrincipal(identity), properties);
        return Results.Redirect("/");
    }

    // The session cookie is SameSite=Lax, so another site's form arrives without it and ends nothing.
    private static async Task<IResult> SignOutAsync(HttpContext context, TesseraSignIn signIn)
    {
        var session = await context.AuthenticateAsync(Scheme);
        await context.SignOutAsync(Scheme);
        return session.Principal is { } person
            ? Results.Redirect(signIn.LogoutUrl(person.FindFirstValue("sign_in_host")!, person.FindFirstValue("client_id")!))
            : Results.Redirect("/");
    }

    private static bool IsSame(string? given, string expected) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
}
