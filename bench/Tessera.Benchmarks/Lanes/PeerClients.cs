using Tessera.Benchmarks.Load;

namespace Tessera.Benchmarks.Lanes;

/// <summary>What <see cref="TesseraClients"/> do, done at the peer <c>oidc-provider</c>.</summary>
internal static class PeerClients
{
    public const string MachineSecret = "a-secret-of-the-bench-that-protects-nothing-0";
    private const string Host = "127.0.0.1";
    private const string RedirectUri = "https://app.bench/cb";

    public static ClientStep ClientCredentials()
    {
        var request = HttpText.Post(Host, "/token", ("grant_type", "client_credentials"), ("client_id", "machine"), ("client_secret", MachineSecret), ("scope", "orders"));
        return async (connection, cancellation) => (await connection.SendAsync(request, cancellation)).Demand(200);
    }

    public static ClientStep Refresh()
    {
        string? refreshToken = null;
        return async (connection, cancellation) =>
        {
            refreshToken ??= await ExchangeAsync(connection, [], cancellation);
            var request = HttpText.Post(Host, "/token", ("grant_type", "refresh_token"), ("client_id", "person"), ("refresh_token", refreshToken));
            refreshToken = TesseraClients.RefreshTokenOf(await connection.SendAsync(request, cancellation));
        };
    }

    public static ClientStep CodeExchange()
    {
        Dictionary<string, string> cookies = [];
        return async (connection, cancellation) => await ExchangeAsync(connection, cookies, cancellation);
    }

    // The first time by way of the sign-in, and from then on straight to the code.
    private static async Task<string> ExchangeAsync(HttpConnection connection, Dictionary<string, string> cookies, CancellationToken cancellation)
    {
        var target = $"/auth?{HttpText.Form(
            ("client_id", "person"), ("response_type", "code"), ("redirect_uri", RedirectUri), ("scope", "openid offline_access orders"),
            ("state", "s"), ("nonce", "n"), ("code_challenge", TesseraClients.Challenge), ("code_challenge_method", "S256"))}";
        string location;
        do
        {
            var cookie = string.Join("; ", cookies.Select(pair => $"{pair.Key}={pair.Value}"));
            var reply = (await connection.SendAsync(HttpText.Get(Host, target, cookie), cancellation)).Demand(303);
            foreach (var set in reply.Headers("set-cookie"))
            {
                var pair = set.Split(';')[0].Split('=', 2);
                cookies[pair[0]] = pair[1];
            }

            location = reply.Header("location") ?? throw new InvalidDataException("The peer leads nowhere.");
            target = location.StartsWith('/') ? location : new Uri(location).PathAndQuery;
        }
        while (!location.StartsWith(RedirectUri, StringComparison.Ordinal));

        var request = HttpText.Post(Host, "/token",
            ("grant_type", "authorization_code"), ("client_id", "person"), ("code", HttpText.Between(location, "code=", '&')), ("redirect_uri", RedirectUri), ("code_verifier", TesseraClients.Verifier));
        return TesseraClients.RefreshTokenOf(await connection.SendAsync(request, cancellation));
    }
}
