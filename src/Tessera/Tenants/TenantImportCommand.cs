using System.CommandLine;
using Tessera.Commands;
using Tessera.Imports;
using Tessera.Operator;

namespace Tessera.Tenants;

/// <summary><c>tessera tenants import</c>: tenants from a CSV file, and their users from another.</summary>
internal static class TenantImportCommand
{
    public static Command Build()
    {
        var options = new ApiOptions();
        var file = new Argument<string>("file") { Description = "CSV with the columns slug and redirect_uris, and others" };
        var users = new Option<string?>("--users") { Description = "CSV of users, imported when the tenants are there" };
        var ignored = UsersCommandOptions.Ignored();
        var command = options.AddTo(new Command("import", "Onboards the tenants of a CSV file. A run that is killed is taken up by the next.") { file, users, ignored });
        command.SetAction((result, cancellation) => Guarded.RunAsync(async () =>
        {
            var json = options.Json(result);
            var api = options.Open(result);
            var people = result.GetValue(users) is { } path ? UserFile.Open(path, ofOneTenant: false) : null;
            var count = people is null ? 0 : UserFile.Count(people, UsersCommandOptions.Read(result.GetValue(ignored)));
            var tenants = await Importing.TenantsAsync(api, result.GetValue(file)!, json, cancellation);
            var imported = people is null ? null : await Importing.UsersAsync(api, people, count, tenantId: null, json, cancellation);
            Importing.Tell(json, tenants, imported);
        }));
        return command;
    }
}

internal static class UsersCommandOptions
{
    public static Option<string?> Ignored() => new("--ignore-columns") { Description = "Columns of users, separated by commas, whose values may be lost" };

    public static string[] Read(string? ignored) => ignored?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
