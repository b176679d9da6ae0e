using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Route = Tessera.Contracts.Routing.Route;
using Tessera.Contracts.Wire;
using Tessera.UnitTests.AspNetCore;
using static System.Buffers.Text.Base64Url;

namespace Tessera.UnitTests.OrdersSample;

/// <summary>As much of an auth host as the sample's page talks to: the route API and the token endpoint.</summary>
internal sealed class AuthHostStub : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AuthHostStub()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapGet("/route", (string slug) => slug == "acme"
            ? Results.Json(RouteOf(), WireJson.Default.Route)
            : Results.NotFound());
        _app.MapPost("/{realm}/oauth2/token", async (HttpRequest request) =>
        {
            var form = await request.ReadFormAsync();
            Redeemed.Enqueue(form.ToDictionary(field => field.Key, field => field.Value.ToString()));
            return form["code"] == "good"
                ? Results.Json(new JsonObject { ["access_token"] = Directory.Token(Directory.Acme), ["id_token"] = IdToken() })
                : Results.BadRequest();
        });
    }

    public string Origin => _app.Urls.Single();

    public TestDirectory Directory { get; private set; } = null!;

    /// <summary>What the next ID token says.</summary>
    public string Nonce { get; set; } = "";

    /// <summary>Whether it is of another tenant than the one that was asked for.</summary>
    public bool IsForAnotherTenant { get; set; }

    public ConcurrentQueue<Dictionary<string, string>> Redeemed { get; } = new();

    public static async Task<AuthHostStub> StartAsync()
    {
        var stub = new AuthHostStub();
        await stub._app.StartAsync();
        stub.Directory = new TestDirectory(stub.Origin);
        return stub;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Route RouteOf()
    {
        var acme = Directory.Acme;
        return new Route(acme.TenantId, acme.Slug, acme.Realm, acme.Clients[0], "eu-central-1", acme.Issuer, "http://acme.localhost:8400");
    }

    private string IdToken() =>
        $"e30.{EncodeToString(Encoding.UTF8.GetBytes($$"""{"nonce":"{{Nonce}}","tenant_id":"{{(IsForAnotherTenant ? Directory.Globex : Directory.Acme).TenantId}}"}"""))}.c2ln";
}
