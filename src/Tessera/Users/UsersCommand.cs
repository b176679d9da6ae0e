using System.CommandLine;
using Tessera.Commands;
using Tessera.Imports;
using Tessera.Operator;
using Tessera.Tenants;

namespace Tessera.Users;

/// <summary><c>tessera users import</c>: users of one tenant or of many from a CSV file with Amazon Cognito's columns.</summary>
internal static class UsersCommand
{
    public static Command Build() => new("users", "Imports users.") { Import() };

    private static Command Import()
    {
        var options = new ApiOptions();
        var file = new Argument<string>("file") { Description = "CSV with the columns cognito:username and tenant, and others" };
        var tenant = new Option<string?>("--tenant") { Description = "Slug or id of the one tenant they are of; then the file has no column tenant" };
        var ignored = UsersCommandOptions.Ignored();
        var command = options.AddTo(new Command("import", "Makes the users of a CSV file. A run that is killed is taken up by the next.") { file, tenant, ignored });
        command.SetAction((result, cancellation) => Guarded.RunAsync(async () =>
        {
            var json = options.Json(result);
            var api = options.Open(result);
            var which = result.GetValue(tenant);
            var table = UserFile.Open(result.GetValue(file)!, ofOneTenant: which is not null);
            var count = UserFile.Count(table, UsersCommandOptions.Read(result.GetValue(ignored)));
            var id = which is null ? null : await TenantsCommand.FindAsync(api, which);
            Importing.Tell(json, null, await Importing.UsersAsync(api, table, count, id, json, cancellation));
        }));
        return command;
    }
}
