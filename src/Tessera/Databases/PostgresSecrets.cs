using System.Text.Json.Serialization;
using Tessera.Files;
using Tessera.Up;

namespace Tessera.Databases;

/// <summary><c>postgres.json</c>: the passwords of the roles made here, by role name.</summary>
internal sealed class PostgresSecrets
{
    private const string FileName = "postgres.json";

    /// <summary>Where the private cluster lies, if there is one.</summary>
    public string? ClusterFolder { get; set; }

    public Dictionary<string, string> Passwords { get; init; } = [];

    public static PostgresSecrets Open(Place place) =>
        SecretFile.Read(place.In(FileName), PostgresJson.Default.PostgresSecrets) ?? new PostgresSecrets();

    /// <summary>The role's password; made, and written down, at first use.</summary>
    public string PasswordOf(string role, Place place)
    {
        if (!Passwords.TryGetValue(role, out var password))
        {
            password = Passwords[role] = Secret.NewPassword();
            Save(place);
        }

        return password;
    }

    public void Save(Place place) => SecretFile.Write(place.In(FileName), this, PostgresJson.Default.PostgresSecrets);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PostgresSecrets))]
internal sealed partial class PostgresJson : JsonSerializerContext;
