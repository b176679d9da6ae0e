using System.CommandLine;
using System.Text.Json.Nodes;
using Tessera.Commands;
using Tessera.Contracts.Ids;
using Tessera.Operator;
using Tessera.Up;

namespace Tessera.Tenants;

/// <summary><c>tessera tenants</c>: everything an operator does with tenants, over the admin API.</summary>
internal static class TenantsCommand
{
    private const int PageSize = 200;

    public static Command Build() => new("tenants", "Lists, shows, suspends, deletes and imports tenants.")
    {
        List(),
        OnOne("show", "Shows one tenant.", (api, id) => api.GetAsync($"/tenants/{id}", CancellationToken.None)),
        OnOne("suspend", "Suspends a tenant: nobody signs in and its tokens are refused.", (api, id) => api.PostAsync($"/tenants/{id}/suspend", [], CancellationToken.None)),
        OnOne("resume", "Resumes a suspended tenant.", (api, id) => api.PostAsync($"/tenants/{id}/resume", [], CancellationToken.None)),
        Delete(),
        TenantImportCommand.Build(),
        GenerateCommand.Build(),
    };

    private static Command List()
    {
        var options = new ApiOptions();
        var limit = new Option<int?>("--limit") { Description = "At most so many; all unless set" };
        var state = new Option<string?>("--state") { Description = "Only those in this state" };
        state.AcceptOnlyFromAmong("active", "suspended");
        var command = options.AddTo(new Command("list", "Lists tenants in order of age.") { limit, state });
        command.SetAction((result, _) => Guarded.RunAsync(async () =>
        {
            var pages = PagesAsync(options.Open(result), result.GetValue(limit) ?? int.MaxValue, result.GetValue(state));
            if (options.Json(result))
            {
                await WriteJsonAsync(pages);
                return;
            }

            await foreach (var page in pages)
            {
                Output.Table(page, "slug", "tenant_id", "state", "pattern", "cell", "sign_in_host");
            }
        }));
        return command;
    }

    // One page in memory at a time, however many there are.
    private static async IAsyncEnumerable<IReadOnlyList<JsonNode?>> PagesAsync(AdminApi api, int limit, string? state)
    {
        string? after = null;
        do
        {
            var size = Math.Min(limit, PageSize);
            var page = await api.GetAsync($"/tenants?limit={size}{(after is null ? "" : $"&after={after}")}{(state is null ? "" : $"&state={state}")}", CancellationToken.None);
            yield return [.. page["tenants"]!.AsArray()];
            limit -= size;
            after = (string?)page["next"];
        }
        while (after is not null && limit > 0);
    }

    private static async Task WriteJsonAsync(IAsyncEnumerable<IReadOnlyList<JsonNode?>> pages)
    {
        Console.Out.Write("{\"tenants\": [");
        var separator = "\n  ";
        await foreach (var tenant in pages.SelectMany(page => page))
        {
            Console.Out.Write(separator + tenant!.ToJsonString());
            separator = ",\n  ";
        }

        Console.Out.WriteLine("\n]}");
    }

    private static Command OnOne(string name, string description, Func<AdminApi, string, Task<JsonNode>> act)
    {
        var options = new ApiOptions();
        var which = new Argument<string>("tenant") { Description = "Its slug or id" };
        var command = options.AddTo(new Command(name, description) { which });
        command.SetAction((result, _) => Guarded.RunAsync(async () =>
        {
            var api = options.Open(result);
            var tenant = await act(api, await FindAsync(api, result.GetValue(which)!));
            if (options.Json(result))
            {
                Output.Json(tenant);
            }
            else
            {
                Output.Card(tenant);
            }
        }));
        return command;
    }

    private static Command Delete()
    {
        var options = new ApiOptions();
        var which = new Argument<string>("tenant") { Description = "Its slug or id" };
        var yes = new Option<bool>("--yes") { Description = "Do not ask" };
        var command = options.AddTo(new Command("delete", "Deletes a tenant and all accounts of it. Nobody else gets its names for 30 days.") { which, yes });
        command.SetAction((result, _) => Guarded.RunAsync(async () =>
        {
            var api = options.Open(result);
            var id = await FindAsync(api, result.GetValue(which)!);
            if (!result.GetValue(yes))
            {
                Confirm(result.GetValue(which)!);
            }

            await api.DeleteAsync($"/tenants/{id}", CancellationToken.None);
            if (options.Json(result))
            {
                Output.Json(new JsonObject { ["tenant_id"] = id, ["state"] = "deleted" });
            }
            else
            {
                Console.Out.WriteLine($"{result.GetValue(which)} is deleted.");
            }
        }));
        return command;
    }

    private static void Confirm(string tenant)
    {
        if (Console.IsInputRedirected)
        {
            throw new Fault("There is nobody to ask: say --yes to delete.");
        }

        Console.Error.Write($"Delete {tenant} with all its accounts, for good? Type its name again: ");
        if (Console.ReadLine()?.Trim() != tenant)
        {
            throw new Fault("Nothing was deleted.");
        }
    }

    internal static async Task<string> FindAsync(AdminApi api, string which)
    {
        if (TenantId.TryParse(which, out var id))
        {
            return id.ToString();
        }

        return Slug.TryParse(which, out var slug)
            && (await api.GetAsync($"/tenants?slug={slug}", CancellationToken.None))["tenants"]!.AsArray() is [{ } tenant]
            ? (string)tenant["tenant_id"]!
            : throw new Fault($"There is no tenant '{which}'.");
    }
}
