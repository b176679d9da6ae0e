using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Cell.Protocol;
using Tessera.Cell.Realms;
using Endpoint = OpenIddict.Server.OpenIddictServerEndpointType;

namespace Tessera.UnitTests.Cell;

public sealed class BadInputOnSqlite(SqliteCell cell) : BadInputTests(cell), IClassFixture<SqliteCell>;

public sealed class BadInputOnPostgres(PostgresCell cell) : BadInputTests(cell), IClassFixture<PostgresCell>;

/// <summary>
/// Every address of a running cell, read from the cell itself, against every kind of bad input: the answer is the
/// caller's error in the door's own words, never a 500.
/// </summary>
public abstract class BadInputTests(CellFixture cell) : CellTests(cell)
{
    private static readonly Dictionary<Endpoint, string> Paths = new()
    {
        [Endpoint.Configuration] = "/.well-known/openid-configuration",
        [Endpoint.JsonWebKeySet] = "/.well-known/jwks.json",
        [Endpoint.Token] = "/oauth2/token",
        [Endpoint.UserInfo] = "/oauth2/userInfo",
        [Endpoint.Revocation] = "/oauth2/revoke",
        [Endpoint.Authorization] = "/oauth2/authorize",
        [Endpoint.EndSession] = "/logout",
    };

    private static readonly (string Name, Func<HttpContent> Content)[] Bodies =
    [
        ("oversized", () => Form(new string('x', 70 * 1024))),
        ("oversized without a length", () => new PushedContent(200 * 1024)),
        ("thousands of parameters", () => Form(string.Join('&', Enumerable.Range(0, 3_000).Select(i => $"p{i}=1")))),
        ("a repeated grant type", () => Form("grant_type=refresh_token&grant_type=client_credentials&refresh_token=a&client_id=b")),
        ("a repeated client", () => Form("grant_type=refresh_token&refresh_token=a&client_id=b&client_id=c")),
        ("an unknown client", () => Form("grant_type=client_credentials&client_id=nobody&client_secret=x&token=t")),
        ("an unknown grant type", () => Form("grant_type=password&username=a&password=b")),
        ("malformed percent signs", () => Form("grant_type=%zz&client_id=%&token=%u0000")),
        ("zero bytes", () => Form("grant_type=client_credentials&client_id=%00%00&client_secret=%00&username=%00&password=%00")),
        ("unpaired surrogates", () => Form("grant_type=authorization_code&code=%ED%A0%80&client_id=%ED%A0%80&username=%ED%A0%80&password=%ED%A0%80")),
        ("JSON where a form is due", () => new StringContent("""{"grant_type":"client_credentials"}""", Encoding.UTF8, "application/json")),
        ("a content type that is none", () => Typed("grant_type=client_credentials", "not/a type;;")),
        ("a form in pieces", () => Typed("--x\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\nx", "multipart/form-data; boundary=x")),
        ("nothing", () => new ByteArrayContent([])),
        ("a token that is none", () => Form("token=eyJhbGciOiJub25lIn0.e30.&client_id=x&id_token_hint=eyJhbGciOiJub25lIn0.e30.&grant_type=refresh_token&refresh_token=%20")),
        ("a deep JSON", () => new StringContent(new string('[', 10_000), Encoding.UTF8, "application/json")),
    ];

    private static readonly string[] Queries =
    [
        "?client_id=a&client_id=b", "?" + "redirect_uri=%00", "?client_id=%ED%A0%80&redirect_uri=%ED%A0%80", "?max_age=-1&client_id=x", "?max_age=99999999999999999999",
        "?prompt=everything", "?id_token_hint=a.b.c", "?scope=" + new string('s', 6_000), "?state=%0d%0aSet-Cookie:%20a=b", "?request=eyJhbGciOiJub25lIn0.e30.", "?request_uri=urn:x", "?=&&&==",
    ];

    public static TheoryData<string, string> Addresses()
    {
        var data = new TheoryData<string, string>();
        foreach (var (endpoint, doors) in ProtocolDoors.Served)
        {
            foreach (var door in doors)
            {
                data.Add(door.ToString(), Paths[endpoint]); // an endpoint without a path here fails the test run
            }
        }

        foreach (var page in new[] { "/login", "/choose-tenant", "/", "/signed-out", "/assets/sign-in.css", "/nowhere" })
        {
            data.Add(nameof(Door.SignIn), page);
        }

        return data;
    }

    [Fact]
    public void Every_mapped_route_belongs_to_a_door_and_the_sign_in_ones_are_tried_here()
    {
        var routes = Cell.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToList();
        Assert.True(routes.Count >= 15, $"Only {routes.Count} routes were found.");
        Assert.All(routes, route => Assert.NotNull(route.Metadata.GetMetadata<AtDoor>()));
        var tried = Addresses().Select(row => row.Data.Item2).ToHashSet();
        Assert.All(routes.Where(route => route.Metadata.GetMetadata<AtDoor>()!.Door == Door.SignIn), route => Assert.Contains("/" + route.RoutePattern.RawText!.TrimStart('/'), tried));
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task Bad_input_gets_the_callers_error(string door, string path)
    {
        var origin = door == nameof(Door.Auth) ? Acme.Issuer : Acme.SignIn;
        foreach (var (name, content) in Bodies)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, origin + path) { Content = content() };
            request.Headers.ConnectionClose = true; // an answered half-sent body spoils a connection for the next request
            try
            {
                await RefusedAsync(request, $"POST {path} with {name}");
            }
            catch (HttpRequestException) when (name.StartsWith("oversized", StringComparison.Ordinal))
            {
                // The cell answered, stopped reading and closed; whether the answer arrives first is a race. A test below looks at it.
            }
        }

        foreach (var query in Queries)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, origin + path + query);
            await RefusedAsync(request, $"GET {path}{query[..Math.Min(40, query.Length)]}");
        }

        foreach (var method in new[] { "PUT", "DELETE", "PATCH", "TRACE", "NONSENSE" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), origin + path);
            await RefusedAsync(request, $"{method} {path}");
        }
    }

    [Fact]
    public async Task A_browser_is_told_on_a_page()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Acme.SignIn}/login{Acme.AuthorizeQuery()}") { Content = Form(new string('x', 70 * 1024)) };
        request.Headers.ConnectionClose = true;
        request.Headers.ExpectContinue = true; // so that the answer comes before the body
        request.Headers.Accept.ParseAdd("text/html");
        using var response = await Cell.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("larger than 64 KiB", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Theory]
    [InlineData("%00", "%00")]
    [InlineData("ada%40example.com", "%00")]
    [InlineData("%ED%A0%80", "%ED%A0%80")]
    [InlineData("%C3%28", "x")]
    [InlineData("ada%40example.com%00", "x")]
    [InlineData("", "")]
    public async Task A_sign_in_with_text_that_is_none_is_a_wrong_one(string username, string password)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Acme.SignIn}/login{Acme.AuthorizeQuery()}") { Content = Form($"username={username}&password={password}") };
        using var response = await Cell.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_sign_in_with_very_long_texts_is_a_wrong_one_and_costs_no_hash()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Acme.SignIn}/login{Acme.AuthorizeQuery()}") { Content = Form($"username={Ada}&password={new string('p', 60_000)}") };
        using var response = await Cell.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("/cell/pools/x")]
    [InlineData("/cell/realms/x")]
    [InlineData("/cell/realms/eu-central-1_abcdefghi/accounts")]
    [InlineData("/cell/realms/eu-central-1_abcdefghi/clients/x")]
    public async Task The_control_door_says_nothing_without_a_service_token(string path)
    {
        foreach (var method in new[] { "GET", "PUT", "POST", "DELETE", "PATCH" })
        {
            foreach (var bearer in new[] { "", "x", "a.b.c", new string('x', 20_000) })
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), $"http://127.0.0.1:{Cell.Port}{path}");
                request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + bearer);
                using var response = await Cell.Http.SendAsync(request);
                Assert.Contains(response.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed, HttpStatusCode.BadRequest });
            }
        }
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("acme.auth.test")]
    [InlineData("acme.auth.test:8401")]
    [InlineData("xacme.auth.test:8400")]
    [InlineData("auth.test")]
    public async Task A_forged_host_opens_no_door(string host)
    {
        using var response = await Acme.GetAsync($"http://{host}/login{Acme.AuthorizeQuery()}");
        Assert.Equal(HttpStatusCode.MisdirectedRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_page_exists_at_its_own_door_alone()
    {
        foreach (var path in new[] { "/login", "/logout", "/oauth2/authorize", "/", "/signed-out", "/assets/sign-in.css" })
        {
            using var response = await Acme.GetAsync($"{Acme.Issuer}{path}{Acme.AuthorizeQuery()}");
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        foreach (var path in new[] { "/.well-known/openid-configuration", "/.well-known/jwks.json", $"/cell/realms/{Acme.Realm}", "/health" })
        {
            using var response = await Acme.GetAsync($"{Acme.SignIn}{path}");
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public async Task Forwarding_headers_change_no_tenant()
    {
        foreach (var header in new[] { "X-Forwarded-Host", "X-Original-Host", "Forwarded", "X-Host", "X-Tenant-Id", "Tessera-Tenant-Id" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{Acme.SignIn}/login{Acme.AuthorizeQuery()}");
            request.Headers.TryAddWithoutValidation(header, header == "Forwarded" ? $"host={Globex.SignInAuthority}" : Globex.SignInAuthority);
            using var response = await Cell.Http.SendAsync(request);
            Assert.Contains("Sign in to acme", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task No_more_than_64_KiB_of_a_body_are_read()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Cell.Port, TestContext.Current.CancellationToken);
        await using var stream = socket.GetStream();
        var head = $"POST /{Acme.Realm}/oauth2/token HTTP/1.1\r\nHost: auth.test:8400\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000000\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
        var buffer = new byte[4096];
        var read = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 413", Encoding.ASCII.GetString(buffer, 0, read), StringComparison.Ordinal);
    }

    private async Task RefusedAsync(HttpRequestMessage request, string what)
    {
        using var response = await Cell.Http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode < 500, $"{what}: {(int)response.StatusCode} {body}");
        Assert.False(response.Headers.Contains("Set-Cookie"), $"{what} set a cookie.");
        Assert.DoesNotContain("Exception", body, StringComparison.Ordinal);
        if (response.StatusCode == HttpStatusCode.BadRequest && response.Content.Headers.ContentType?.MediaType == "application/json")
        {
            Assert.True(JsonDocument.Parse(body).RootElement.TryGetProperty("error", out _), $"{what}: {body}");
        }
    }

    private static StringContent Form(string text) => Typed(text, "application/x-www-form-urlencoded");

    private static StringContent Typed(string text, string type)
    {
        var content = new StringContent(text);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }

    private sealed class PushedContent : HttpContent
    {
        private readonly int _size;

        public PushedContent(int size)
        {
            _size = size;
            Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            try
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(new string('x', _size)));
            }
            catch (IOException)
            {
                // The cell stopped reading, as it should.
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
