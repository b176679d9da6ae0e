using System.Text.Json.Nodes;

namespace Tessera.Up;

/// <summary>The demo's two cells: made known to the directory once, then started, where the first start joins.</summary>
internal sealed class Cells(Place place, UpState state, AdminApi admin)
{
    public static readonly (string Id, string Region, int Number)[] All = [("eu-1", "eu-central-1", 1), ("us-1", "us-east-1", 2)];

    /// <summary>The cell's join token, or null if it has joined.</summary>
    public async Task<string?> PrepareAsync(string id, string region, CancellationToken cancellation)
    {
        var known = (await admin.GetAsync("/cells", cancellation))["cells"]!.AsArray()
            .SingleOrDefault(cell => cell!["cell_id"]!.GetValue<string>() == id);
        if (known?["endpoint"] is not null)
        {
            return null;
        }

        if (known is not null && state.JoinTokens.TryGetValue(id, out var token))
        {
            return token;
        }

        var made = await admin.PostAsync("/cells", new JsonObject { ["cell_id"] = id, ["region"] = region }, cancellation);
        token = made["join_token"]!.GetValue<string>();
        state.JoinTokens[id] = token;
        state.Save(place);
        return token;
    }
}
