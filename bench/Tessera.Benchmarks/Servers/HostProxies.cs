using System.Diagnostics;
using System.Text;
using Tessera.Benchmarks.Load;

namespace Tessera.Benchmarks.Servers;

/// <summary>nginx and haproxy with a map of as many hosts as there are tenants, in front of the same upstream; and nginx as that upstream.</summary>
internal static class HostProxies
{
    public static async Task<(ServerProcess Server, string Folder)> UpstreamAsync()
    {
        var (folder, port) = (Directory.CreateTempSubdirectory("tessera-bench-").FullName, ServerProcess.FreePort());
        return (await NginxAsync(folder, port, $$"""server { listen 127.0.0.1:{{port}}; keepalive_requests 1000000000; location / { default_type text/plain; return 200 "hello from the cell\n"; } }"""), folder);
    }

    /// <summary>Answers who has a host with what it maps to.</summary>
    public static async Task<(ServerProcess Server, string Folder)> NginxMapAsync(int hosts, string answer)
    {
        var (folder, port) = (Directory.CreateTempSubdirectory("tessera-bench-").FullName, ServerProcess.FreePort());
        await File.WriteAllLinesAsync(Path.Combine(folder, "hosts.map"), Enumerable.Range(0, hosts).Select(host => $"{ManyTenants.HostOf(host)} c;"));
        return (await NginxAsync(folder, port, $$"""
            map_hash_max_size 4194304; map_hash_bucket_size 128;
            map $http_host $cell { default ""; include {{folder}}/hosts.map; }
            upstream cell { server {{answer}}; keepalive 64; keepalive_requests 1000000000; }
            server {
              listen 127.0.0.1:{{port}}; keepalive_requests 1000000000;
              location = /resolve { if ($cell = "") { return 404; } default_type application/json; return 200 '{"cell":"$cell","issuer":"https://auth.example.com/$http_host","client_id":"client00000000000000000001"}'; }
              location / { if ($cell = "") { return 404; } proxy_pass http://cell; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr; }
            }
            """), folder);
    }

    public static async Task<(ServerProcess Server, string Folder, TimeSpan Start)> HaproxyAsync(int hosts, string upstream, CancellationToken cancellation)
    {
        var (folder, port) = (Directory.CreateTempSubdirectory("tessera-bench-").FullName, ServerProcess.FreePort());
        await File.WriteAllLinesAsync(Path.Combine(folder, "hosts.map"), Enumerable.Range(0, hosts).Select(host => $"{ManyTenants.HostOf(host)} cell"), cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, "haproxy.cfg"), $"""
            global
              nbthread 1
            defaults
              mode http
              timeout connect 2s
              timeout client 60s
              timeout server 60s
              option forwardfor
              http-reuse always
            frontend f
              bind 127.0.0.1:{port}
              http-request deny deny_status 404 unless {"{"} req.hdr(host),lower,map_str({folder}/hosts.map) -m found {"}"}
              use_backend %[req.hdr(host),lower,map_str({folder}/hosts.map)]
            backend cell
              server s {upstream}

            """, cancellation);
        var begin = Stopwatch.GetTimestamp();
        var server = await ServerProcess.StartAsync(port, folder, "haproxy", "-db", "-f", Path.Combine(folder, "haproxy.cfg"));
        await FirstAnswer.OfAsync(port, HttpText.Get(ManyTenants.HostOf(hosts - 1), "/login"), cancellation);
        return (server, folder, Stopwatch.GetElapsedTime(begin));
    }

    private static async Task<ServerProcess> NginxAsync(string folder, int port, string http)
    {
        var conf = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(conf, $$"""
            worker_processes 1; daemon off; pid {{folder}}/nginx.pid; error_log stderr error;
            events { worker_connections 1024; }
            http { access_log off; client_body_temp_path {{folder}}/b; proxy_temp_path {{folder}}/p; fastcgi_temp_path {{folder}}/f; uwsgi_temp_path {{folder}}/u; scgi_temp_path {{folder}}/s;
            {{http}}
            }
            """, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return await ServerProcess.StartAsync(port, folder, "nginx", "-c", conf, "-p", folder, "-e", "stderr");
    }
}
