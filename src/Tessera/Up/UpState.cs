using System.Text.Json.Serialization;
using Tessera.Files;

namespace Tessera.Up;

/// <summary>What <c>tessera up</c> must remember between starts: <c>up.json</c>. Whatever cannot be asked for twice is written down before it is needed.</summary>
internal sealed class UpState
{
    private const string FileName = "up.json";

    /// <summary>Issuers and hosts contain the port, so a folder keeps the one it was made with.</summary>
    public required int Port { get; init; }

    /// <summary>The folder is bound to the kind of store it was made with.</summary>
    public required bool OnPostgres { get; init; }

    public string? FeedKey { get; set; }

    public string? DirectoryKey { get; set; }

    /// <summary>Tokens of cells that may not have joined yet.</summary>
    public Dictionary<string, string> JoinTokens { get; init; } = [];

    /// <summary>Null until it is known whether this store is ours to seed.</summary>
    public bool? IsDemo { get; set; }

    public bool IsSeeded { get; set; }

    public Dictionary<string, SeededTenant> Tenants { get; init; } = [];

    public SeededRealm? SharedRealm { get; set; }

    public static UpState Open(Place place, bool onPostgres)
    {
        var state = SecretFile.Read(place.In(FileName), UpJson.Default.UpState);
        if (state is null)
        {
            return new UpState { Port = place.Port, OnPostgres = onPostgres };
        }

        if (state.Port != place.Port)
        {
            throw new Fault($"'{place.Data}' was made with --port {state.Port}, which is part of every address in it. Use that port, or another --data folder.");
        }

        return state.OnPostgres == onPostgres
            ? state
            : throw new Fault($"'{place.Data}' was made {(onPostgres ? "without" : "with")} --postgres. Start it the same way, or use another --data folder.");
    }

    public void Save(Place place) => SecretFile.Write(place.In(FileName), this, UpJson.Default.UpState);
}

/// <summary>The app clients of a realm of the demo.</summary>
internal abstract class SeededClients
{
    public string? ClientId { get; set; }

    public string? MachineClientId { get; set; }

    public string? MachineClientSecret { get; set; }
}

/// <summary>The demo's shared realm.</summary>
internal sealed class SeededRealm : SeededClients
{
    public string? Realm { get; set; }

    /// <summary>Of its accounts, by user name.</summary>
    public Dictionary<string, string> Passwords { get; init; } = [];
}

/// <summary>A tenant of the demo on its way into the store; a shared one has no clients of its own.</summary>
internal sealed class SeededTenant : SeededClients
{
    public string? TenantId { get; set; }

    /// <summary>Passwords by user name: made before the account is, so that a start that is killed loses none.</summary>
    public Dictionary<string, string> Passwords { get; init; } = [];

    public Dictionary<string, string> Subs { get; init; } = [];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(UpState))]
internal sealed partial class UpJson : JsonSerializerContext;
