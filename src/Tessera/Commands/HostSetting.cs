namespace Tessera.Commands;

/// <summary>A friendly option and the configuration key it stands for.</summary>
/// <param name="IsList">The option may be there several times; the key is that of a list.</param>
internal sealed record HostSetting(string Option, string Key, string Description, bool IsList = false);

/// <summary>The options of each host's command, in the order of the help text.</summary>
internal static class HostSettings
{
    public static readonly HostSetting[] Control =
    [
        new("--listen", "Control:Listen", "Address to listen on [http://127.0.0.1:8401]"),
        new("--data", "Control:Data", "Folder of its keys and, without PostgreSQL, its store"),
        new("--auth-host", "Control:AuthHost", "Public origin of the auth host, such as https://auth.example.com"),
        new("--postgres", "Control:Postgres", "Connection string of the runtime role; better kept in --config or the environment"),
        new("--postgres-owner", "Control:PostgresOwner", "Connection string of the schema's owner, used once at start"),
    ];

    public static readonly HostSetting[] Router =
    [
        new("--listen", "Router:Listen", "Address to listen on [http://127.0.0.1:8400]; https:// with --certificates"),
        new("--certificates", "Router:Certificates", "Folder of PEM files by host: acme.auth.example.com.pem, _.auth.example.com.pem, default.pem"),
        new("--data", "Router:Data", "Folder of its copy of the directory"),
        new("--auth-host", "Router:AuthHost", "Public origin of the auth host, such as https://auth.example.com"),
        new("--control-plane", "Router:ControlPlane", "Origin of the control plane"),
        new("--feed-key", "Router:FeedKey", "Key with the scope feed:read; better kept in --config or the environment"),
        new("--directory-key", "Router:DirectoryKey", "The directory's public key, as JSON"),
        new("--trusted-proxy", "Router:TrustedProxies", "Address or network of a load balancer right before the router", IsList: true),
    ];

    public static readonly HostSetting[] Cell =
    [
        new("--id", "Cell:Id", "The cell's id, such as eu-1"),
        new("--listen", "Cell:Listen", "Address to listen on [http://127.0.0.1:8421]"),
        new("--endpoint", "Cell:Endpoint", "Origin at which router and control plane reach it, where it is not that of --listen; told when it joins"),
        new("--data", "Cell:Data", "Folder of its keys and, without PostgreSQL, its store"),
        new("--auth-host", "Cell:AuthHost", "Public origin of the auth host, such as https://auth.example.com"),
        new("--control-plane", "Cell:ControlPlane", "Origin of the control plane; needed to join, and where it has moved"),
        new("--join-token", "Cell:JoinToken", "The single-use token to join with; needed only until the cell has joined"),
        new("--postgres", "Cell:Postgres", "Connection string of the runtime role; better kept in --config or the environment"),
        new("--postgres-owner", "Cell:PostgresOwner", "Connection string of the schema's owner, used once at start"),
        new("--trusted-proxy", "Cell:TrustedProxies", "Address of a router [127.0.0.1]", IsList: true),
    ];

    public static readonly HostSetting[] ForwardAuth =
    [
        new("--listen", "ForwardAuth:Listen", "Address to listen on, which proxies alone reach [http://127.0.0.1:8430]"),
        new("--audience", "Tessera:Audience", "The aud a token must have: the API's behind the proxy"),
        new("--control-plane", "Tessera:ControlPlane", "Origin of the control plane"),
        new("--feed-key", "Tessera:FeedKey", "Key with the scope feed:read; better kept in --config or the environment"),
        new("--directory-key", "Tessera:DirectoryKey", "The directory's public key, as JSON"),
        new("--data", "Tessera:Data", "Folder of its copy of the directory"),
    ];
}
