using Tessera.SystemTests.ForwardAuth;

namespace Tessera.SystemTests.Isolation.Wire;

/// <summary>A real nginx in front of one origin that keeps every answer it is not told to leave, for everybody who asks the same.</summary>
internal static class NginxCache
{
    /// <summary>What nginx says of each answer: <c>HIT</c> when it came out of the cache.</summary>
    public const string Header = "X-Cache-Status";

    // The key is the address alone, as in a cache that was set up for speed. Refusals too, or a name that is made later stays away.
    public static Task<Nginx> StartAsync(string origin, int port) => Nginx.StartAsync(port, $$"""
        proxy_cache_path cache keys_zone=all:1m;
        server {
          listen 127.0.0.1:{{port}};
          location / {
            proxy_pass http://{{new Uri(origin).Authority}};
            proxy_set_header Host $http_host;
            proxy_cache all;
            proxy_cache_key $http_host$request_uri;
            proxy_cache_methods GET HEAD;
            proxy_cache_valid 200 301 302 303 307 400 401 403 404 10m;
            add_header {{Header}} $upstream_cache_status always;
          }
        }
        """);
}
