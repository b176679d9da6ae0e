using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation.Matrix;

/// <summary>The tickets of devices, pushed requests and clients with keys; for them a tenant has two clients more.</summary>
internal sealed class ProtocolTickets
{
    public const string DeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
    public const string Bearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Demo _demo;
    private readonly Party _owner;
    private int _source;

    private ProtocolTickets(Demo demo, Party owner) => (_demo, _owner) = (demo, owner);

    /// <summary>A public client for devices.</summary>
    public string DeviceClient { get; private set; } = "";

    /// <summary>A client that proves itself with a key.</summary>
    public string KeyClient { get; private set; } = "";

    public static async Task<ProtocolTickets> MakeAsync(Demo demo, Party owner)
    {
        var tickets = new ProtocolTickets(demo, owner);
        var (admin, clients) = (new Admin(demo), $"/tenants/{owner.Tenant.TenantId}/clients");
        tickets.DeviceClient = (await admin.PostAsync(clients, new { name = "Device", type = "public", grant_types = new[] { DeviceGrant }, scopes = new[] { "orders" } })).GetProperty("client_id").GetString()!;
        var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(tickets._key));
        tickets.KeyClient = (await admin.PostAsync(clients, new
        {
            name = "Keys", type = "confidential", grant_types = new[] { "client_credentials" }, scopes = new[] { "orders" }, jwks = new { keys = new[] { new { kty = "EC", crv = "P-256", x = jwk.X, y = jwk.Y, kid = "k" } } },
        })).GetProperty("client_id").GetString()!;
        return tickets;
    }

    /// <summary>A request of the tenant's own client, pushed.</summary>
    public async Task<string> PushAsync() => (await PostAsync("par", new()
    {
        ["client_id"] = _owner.Tenant.ClientId, ["response_type"] = "code", ["redirect_uri"] = _owner.Tenant.RedirectUri, ["scope"] = "openid", ["code_challenge"] = Visitor.Challenge, ["code_challenge_method"] = "S256",
    })).GetProperty("request_uri").GetString()!;

    /// <summary>A device's two codes; with a session, allowed by it.</summary>
    public async Task<(string Device, string User)> BeginAsync(string? allowedBy)
    {
        var begun = await PostAsync("device_authorization", new() { ["client_id"] = DeviceClient, ["scope"] = "openid orders" });
        var user = begun.GetProperty("user_code").GetString()!;
        if (allowedBy is not null)
        {
            using var allowed = await AtDeviceAsync("POST", user, allowedBy, "allow");
            Assert.Equal("/device/done", allowed.Headers.Location?.OriginalString);
        }

        return (begun.GetProperty("device_code").GetString()!, user);
    }

    /// <summary>At the device page, from a source of its own, as wrong codes from here may be many.</summary>
    public Task<HttpResponseMessage> AtDeviceAsync(string method, string userCode, string cookie, string? decision = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), $"{_owner.Cell.Endpoint}/device{(method == "GET" ? $"?user_code={userCode}" : "")}");
        request.Headers.Host = _owner.SignInAuthority;
        if (method == "POST")
        {
            request.Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["user_code"] = userCode, ["decision"] = decision ?? "" });
        }

        return _demo.Visitor.SendAsync(request, cookie, null, ("X-Forwarded-For", $"198.51.{Interlocked.Increment(ref _source) / 250}.{1 + (_source % 250)}"));
    }

    /// <summary>A fresh assertion of the key client for an issuer.</summary>
    public string SignFor(string issuer) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = KeyClient, Audience = issuer, IssuedAt = DateTime.UtcNow, Expires = DateTime.UtcNow.AddMinutes(5), SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(_key) { KeyId = "k" }, "ES256"),
        Claims = new Dictionary<string, object> { ["sub"] = KeyClient, ["jti"] = Guid.NewGuid().ToString() },
    });

    public Task<HttpResponseMessage> ProveAsync() => _demo.Visitor.PostAsync($"{_owner.Issuer}/oauth2/token", new Dictionary<string, string>
    {
        ["grant_type"] = "client_credentials", ["scope"] = "orders", ["client_id"] = KeyClient, ["client_assertion_type"] = Bearer, ["client_assertion"] = SignFor(_owner.Issuer),
    });

    public Task<HttpResponseMessage> PollAsync(string deviceCode) => _demo.Visitor.PostAsync($"{_owner.Issuer}/oauth2/token", new Dictionary<string, string>
    {
        ["grant_type"] = DeviceGrant, ["device_code"] = deviceCode, ["client_id"] = DeviceClient,
    });

    private async Task<JsonElement> PostAsync(string endpoint, Dictionary<string, string> form)
    {
        using var response = await _demo.Visitor.PostAsync($"{_owner.Issuer}/oauth2/{endpoint}", form);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.Clone();
    }
}
