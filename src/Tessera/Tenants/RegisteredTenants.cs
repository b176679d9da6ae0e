using System.Diagnostics;
using System.Text.Json.Nodes;
using Npgsql;
using Tessera.ControlPlane.Trials;
using Tessera.Imports;

namespace Tessera.Tenants;

/// <summary>Tenants for trials of the directory and what reads it: written there and nowhere else. The same again makes nothing twice.</summary>
internal static class RegisteredTenants
{
    public static async Task<JsonObject> WriteAsync(string? connection, TrialPlan plan, bool json, CancellationToken cancellation)
    {
        connection ??= Environment.GetEnvironmentVariable("TESSERA_DIRECTORY")
            ?? throw new Fault("Say how the directory's PostgreSQL is reached: --directory or TESSERA_DIRECTORY.");
        var watch = Stopwatch.StartNew();
        try
        {
            var made = await ImportProgress.RunAsync(
                "registered", plan.Cells * plan.PerCell, json, advance => TrialDirectory.FillAsync(connection, plan, advance, cancellation));
            return new JsonObject
            {
                ["cells"] = plan.Cells, ["tenants"] = plan.Cells * plan.PerCell, ["made"] = made, ["seconds"] = Math.Round(watch.Elapsed.TotalSeconds, 1),
            };
        }
        catch (Exception e) when (e is NpgsqlException or ArgumentException)
        {
            throw new Fault($"The directory was not filled to the end ({(e is PostgresException refused ? refused.MessageText : e.GetType().Name)}). The same command goes on where it stopped.");
        }
    }
}
