using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tessera.Commands;
using Tessera.Imports;
using Tessera.Operator;

namespace Tessera.Tenants;

/// <summary><c>tessera tenants generate</c>: tenants and users for trials, the same for the same seed.</summary>
internal static class GenerateCommand
{
    private static readonly string[] Passwords = ["trial-password-1", "trial-password-2", "trial-password-3", "trial-password-4"];

    public static Command Build()
    {
        var options = new ApiOptions();
        var count = new Option<int>("--count") { Description = "How many tenants", Required = true };
        var perTenant = new Option<int>("--users-per-tenant") { Description = "How many users each [0]" };
        var seed = new Option<int>("--seed") { Description = "The same gives the same files [1]", DefaultValueFactory = _ => 1 };
        var file = new Option<string?>("--out") { Description = "CSV to write, users beside it in FILE.users.csv; without it they are imported at once" };
        foreach (var (number, most) in new[] { (count, 1_000_000), (perTenant, 1_000) })
        {
            number.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() is var value && (value < 0 || value > most))
                {
                    result.AddError($"{number.Name} is from 0 to {most}.");
                }
            });
        }

        var command = options.AddTo(new Command("generate", "Makes tenants and users for trials; never for real use, as their passwords are known.") { count, perTenant, seed, file });
        command.SetAction((result, cancellation) => Guarded.RunAsync(async () =>
        {
            var json = options.Json(result);
            var path = result.GetValue(file);
            var api = path is null ? options.Open(result) : null;
            path ??= Path.Combine(Directory.CreateTempSubdirectory("tessera-generate-").FullName, "tenants.csv");
            var users = Write(path, result.GetValue(count), result.GetValue(perTenant), result.GetValue(seed));
            if (api is null)
            {
                Tell(json, path, users);
                return;
            }

            var tenants = await Importing.TenantsAsync(api, path, json, cancellation);
            var table = users is null ? null : UserFile.Open(users, ofOneTenant: false);
            Importing.Tell(json, tenants, table is null ? null : await Importing.UsersAsync(api, table, UserFile.Count(table, []), null, json, cancellation));
            await Console.Error.WriteLineAsync($"Passwords by the user's number, again and again: {string.Join(", ", Passwords)}.");
        }));
        return command;
    }

    private static string? Write(string path, int count, int perTenant, int seed)
    {
        using (var tenants = new StreamWriter(path))
        {
            tenants.Write("slug,display_name,pattern,redirect_uris,scopes,audiences\r\n");
            for (var i = 0; i < count; i++)
            {
                tenants.Write(string.Create(CultureInfo.InvariantCulture, $"{SlugOf(seed, i)},Trial tenant {i},hybrid,https://app.example.com/callback,orders,orders\r\n"));
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
        for (var i = 0; i < count; i++)
        {
            for (var user = 0; user < perTenant; user++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"user{user}@{SlugOf(seed, i)}.example");
                writer.Write(string.Create(CultureInfo.InvariantCulture, $"{SlugOf(seed, i)},{name},{name},User {user},{CsvText.Field(hashes[user % hashes.Count])}\r\n"));
            }
        }

        return users;
    }

    private static string SlugOf(int seed, int i) => string.Create(CultureInfo.InvariantCulture, $"trial-{(uint)seed}-{i:D6}");

    // Few rounds: the password is printed anyway, and at the first sign-in the hash becomes one of ours.
    private static string HashOf(string password, int seed, int i)
    {
        const int rounds = 10_000;
        var salt = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"tessera-trial/{seed}/{i}")))[..16];
        var hash = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, rounds, HashAlgorithmName.SHA256, 32);
        return $"$pbkdf2-sha256$i={rounds},l=32${Convert.ToBase64String(salt).TrimEnd('=')}${Convert.ToBase64String(hash).TrimEnd('=')}";
    }

    private static void Tell(bool json, string tenants, string? users)
    {
        var document = new JsonObject { ["tenants"] = tenants, ["users"] = users, ["passwords"] = new JsonArray([.. Passwords.Select(password => (JsonNode)password)]) };
        if (json)
        {
            Output.Json(document);
        }
        else
        {
            Output.Card(document);
        }
    }
}
