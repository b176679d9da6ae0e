using System.Net;

namespace Tessera.UnitTests.Cell;

/// <summary>Where the public origin is https, the session belongs to one host and no other can set or read it (RFC 6265bis, section 4.1.3.2).</summary>
public sealed class SecureCookieTests
{
    [Fact]
    public async Task Under_TLS_the_session_cookie_is_bound_to_its_host()
    {
        await using var cell = await CellHost.StartAsync(null, null, "--Cell:AuthHost=https://auth.test:8400");
        var acme = await cell.AddTenantAsync("acme");
        await acme.AddAccountAsync(CellTests.Ada, CellTests.AcmePassword);
        using var response = await acme.PostAsync($"{acme.SignIn}/login{acme.AuthorizeQuery()}", new() { ["username"] = CellTests.Ada, ["password"] = CellTests.AcmePassword });
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        var attributes = cookie.Split("; ").Skip(1).Select(attribute => attribute.ToLowerInvariant()).ToList();
        Assert.StartsWith("__Host-tessera=", cookie, StringComparison.Ordinal);
        Assert.Equal(["httponly", "path=/", "samesite=lax", "secure"], attributes.Order(StringComparer.Ordinal));

        // The same value under the plain name, as a page of a neighbouring host could set it, is no session.
        var value = cookie.Split(';')[0].Split('=', 2)[1];
        Assert.NotNull(await acme.CodeAsync($"__Host-tessera={value}"));
        Assert.Null(await acme.CodeAsync($"tessera={value}"));
    }
}
