using System.Diagnostics;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation.Wire;

/// <summary>A real nginx in front of one origin that keeps every answer it is not told to leave, for everybody who asks the same.</summary>
internal sealed class NginxCache : IAsyncDisposable
{
    private readonly string _folder = Demo.NewFolder();
    private readonly Process _process;

    private NginxCache(string origin, int port)
    {
        Port = port;
        File.WriteAllText(Path.Combine(_folder, "nginx.conf"), Configuration(_folder, new Uri(origin).Authority, port));
        _process = Process.Start(new ProcessStartInfo("nginx", ["-p", _folder, "-c", Path.Combine(_folder, "nginx.conf"), "-e", Path.Combine(_folder, "errors"), "-g", "daemon off;"])
        {
            RedirectStandardError = true,
        })!;
    }

    public int Port { get; }

    /// <summary>What nginx says of each answer: <c>HIT</c> when it came out of the cache.</summary>
    public const string Header = "X-Cache-Status";

    public static async Task<NginxCache> StartAsync(string origin, int port)
    {
        var cache = new NginxCache(origin, port);
        for (var tries = 0; !Ports.IsTaken(port); tries++)
        {
            if (tries == 100 || cache._process.HasExited)
            {
                var said = File.Exists(Path.Combine(cache._folder, "errors")) ? await File.ReadAllTextAsync(Path.Combine(cache._folder, "errors")) : "";
                await cache.DisposeAsync();
                throw new InvalidOperationException($"nginx did not start. {said}");
            }

            await Task.Delay(50);
        }

        return cache;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await kill.WaitForExitAsync();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // The key is the address alone, as in a cache that was set up for speed. 404 too, or a name that is made later stays away.
    private static string Configuration(string folder, string origin, int port) => $$"""
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        worker_processes 1;
        pid {{folder}}/pid;
        events { worker_connections 64; }
        http {
          access_log off;
          client_body_temp_path {{folder}}/body; proxy_temp_path {{folder}}/temp; fastcgi_temp_path {{folder}}/fcgi; uwsgi_temp_path {{folder}}/uwsgi; scgi_temp_path {{folder}}/scgi;
          proxy_cache_path {{folder}}/cache keys_zone=all:1m;
          server {
            listen 127.0.0.1:{{port}};
            location / {
              proxy_pass http://{{origin}};
              proxy_set_header Host $http_host;
              proxy_cache all;
              proxy_cache_key $http_host$request_uri;
              proxy_cache_methods GET HEAD;
              proxy_cache_valid 200 301 302 303 307 400 401 403 404 10m;
              add_header {{Header}} $upstream_cache_status always;
            }
          }
        }
        """;
}
