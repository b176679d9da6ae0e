using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tessera.Commands;
using Tessera.ControlPlane.Trials;
using Tessera.Imports;
using Tessera.Operator;

namespace Tessera.Tenants;

/// <summary><c>tessera tenants generate</c>: tenants and users for trials, the same for the same seed.</summary>
internal static class GenerateCommand
{
    private const int TenantsPerCell = 900;

    private static readonly string[] Passwords = ["trial-password-1", "trial-password-2", "trial-password-3", "trial-password-4"];

    public static Command Build()
    {
        var options = new ApiOptions();
        var count = new Option<int>("--count") { Description = "How many tenants", Required = true };
        var perTenant = new Option<int>("--users-per-tenant") { Description = "How many users each [0]" };
        var seed = new Option<int>("--seed") { Description = "The same gives the same files [1]", DefaultValueFactory = _ => 1 };
        var file = new Option<string?>("--out") { Description = "CSV to write, users beside it in FILE.users.csv; without it they are imported at once" };
        var registered = new Option<int>("--registered-cells") { Description = "How many cells, of 900 tenants each, are only written down in the directory [0]" };
        var directory = new Option<string?>("--directory") { Description = "Connection of the control plane's runtime role, for --registered-cells [TESSERA_DIRECTORY]" };
        var authority = new Option<string>("--auth-host") { Description = "Origin of the auth host, for --registered-cells", DefaultValueFactory = _ => "http://localhost:8400" };
        foreach (var (number, most) in new[] { (count, 1_000_000), (perTenant, 1_000), (registered, 2_000) })
        {
            number.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() is var value && (value < 0 || value > most))
                {
                    result.AddError($"{number.Name} is from 0 to {most}.");
                }
            });
        }

        var command = options.AddTo(new Command("generate", "Makes tenants and users for trials; never for real use, as their passwords are known.") { count, perTenant, seed, file, registered, directory, authority });
        command.SetAction((result, cancellation) => Guarded.RunAsync(async () =>
        {
            var json = options.Json(result);
            var first = Math.Min(result.GetValue(registered) * TenantsPerCell, result.GetValue(count) / TenantsPerCell * TenantsPerCell);
            JsonObject? written = null;
            if (first > 0)
            {
                written = await RegisteredTenants.WriteAsync(
                    result.GetValue(directory), new TrialPlan(result.GetValue(seed), first / TenantsPerCell, TenantsPerCell, AuthorityOf(result.GetValue(authority)!)), json, cancellation);
            }

            if (written is not null && first == result.GetValue(count) && result.GetValue(file) is null)
            {
                Output.Answer(json, new JsonObject { ["registered"] = written });
                return;
            }

            var path = result.GetValue(file);
            var api = path is null ? options.Open(result) : null;
            path ??= Path.Combine(Directory.CreateTempSubdirectory("tessera-generate-").FullName, "tenants.csv");
            var users = Write(path, first, result.GetValue(count), result.GetValue(perTenant), result.GetValue(seed));
            if (api is null)
            {
                Tell(json, path, users, written);
                return;
            }

            var tenants = await Importing.TenantsAsync(api, path, json, cancellation);
            var table = users is null ? null : UserFile.Open(users, ofOneTenant: false);
            Importing.Tell(
                json, tenants, table is null ? null : await Importing.UsersAsync(api, table, UserFile.Count(table, []), null, json, cancellation), written);
            await Console.Error.WriteLineAsync($"Passwords by the user's number, again and again: {string.Join(", ", Passwords)}.");
        }));
        return command;
    }

    private static string? Write(string path, int first, int count, int perTenant, int seed)
    {
        using (var tenants = new StreamWriter(path))
        {
            tenants.Write("slug,display_name,pattern,redirect_uris,scopes,audiences\r\n");
            for (var i = first; i < count; i++)
            {
                tenants.Write(string.Create(CultureInfo.InvariantCulture, $"{TrialPlan.SlugOf(seed, i)},Trial tenant {i},hybrid,https://app.example.com/callback,orders,orders\r\n"));
            }
        }

        if (perTenant == 0)
        {
            return null;
        }

        var users = $"{path}.users.csv";
        var hashes = Passwords.Select((password, i) => HashOf(password, seed, i)).ToList();
        using var writer = new StreamWriter(users);
        writer.Write("tenant,cognito:username,email,name,password_hash\r\n");
        for (var i = first; i < count; i++)
        {
            for (var user = 0; user < perTenant; user++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"user{user}@{TrialPlan.SlugOf(seed, i)}.example");
                writer.Write(string.Create(CultureInfo.InvariantCulture, $"{TrialPlan.SlugOf(seed, i)},{name},{name},User {user},{CsvText.Field(hashes[user % hashes.Count])}\r\n"));
            }
        }

        return users;
    }

    private static string AuthorityOf(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.PathAndQuery == "/" ? uri.Authority : throw new Fault($"'{origin}' is no origin such as http://localhost:8400.");

    // Few rounds: the password is printed anyway, and at the first sign-in the hash becomes one of ours.
    private static string HashOf(string password, int seed, int i)
    {
        const int rounds = 10_000;
        var salt = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"tessera-trial/{seed}/{i}")))[..16];
        var hash = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, rounds, HashAlgorithmName.SHA256, 32);
        return $"$pbkdf2-sha256$i={rounds},l=32${Convert.ToBase64String(salt).TrimEnd('=')}${Convert.ToBase64String(hash).TrimEnd('=')}";
    }

    private static void Tell(bool json, string tenants, string? users, JsonObject? written)
    {
        var document = new JsonObject { ["tenants"] = tenants, ["users"] = users, ["passwords"] = new JsonArray([.. Passwords.Select(password => (JsonNode)password)]) };
        if (written is not null)
        {
            document["registered"] = written;
        }

        Output.Answer(json, document);
    }
}
