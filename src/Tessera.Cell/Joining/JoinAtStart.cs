using Microsoft.Extensions.Options;
using Tessera.Cell.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Wire;

namespace Tessera.Cell.Joining;

/// <summary>
/// Before the cell serves: reads what it learned when it joined, or joins with its single-use token. Needs the control
/// plane that once and never again to start.
/// </summary>
internal sealed class JoinAtStart(CellMembership membership, CellKeys keys, IOptions<CellOptions> options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var file = Path.Combine(options.Value.Data, "membership.json");
        if (!File.Exists(file))
        {
            var answer = await JoinAsync(options.Value, cancellationToken);
            new KeptMembership(answer.CellId, answer.Region, answer.ControlKey, options.Value.ControlPlane).Write(file);
        }

        var joined = await KeptMembership.ReadAsync(file, cancellationToken);
        if (joined?.CellId != membership.CellId)
        {
            throw new CellStartException($"The folder {options.Value.Data} belongs to cell {joined?.CellId}, not to {membership.CellId}.");
        }

        if (options.Value.ControlPlane is { } told && told != joined.ControlPlane)
        {
            joined = joined with { ControlPlane = told };
            joined.Write(file);
        }

        membership.Pin(joined.ControlKey, ControlPlaneOf(joined));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Without it nobody would hear which sessions have ended.
    private static Uri ControlPlaneOf(KeptMembership joined) => joined.ControlPlane is { } origin
        ? new Uri(origin)
        : throw new CellStartException("The cell does not know where its control plane is: give Cell:ControlPlane once.");

    private async Task<JoinResponse> JoinAsync(CellOptions cell, CancellationToken cancellation)
    {
        if (cell.ControlPlane is null || !JoinToken.TryParse(cell.JoinToken, out var token))
        {
            throw new CellStartException("The cell has not joined yet: give Cell:ControlPlane and a Cell:JoinToken made by the control plane.");
        }

        using var http = new HttpClient { BaseAddress = new Uri(cell.ControlPlane), Timeout = TimeSpan.FromSeconds(10) };
        var request = new JoinRequest(membership.CellId, token.ToString(), cell.EndpointUri.GetLeftPart(UriPartial.Authority), keys.Identity.Public);
        try
        {
            using var response = await http.PostAsJsonAsync("/cells/join", request, WireJson.Default.JoinRequest, cancellation);
            if (!response.IsSuccessStatusCode)
            {
                throw new CellStartException($"The control plane refused the join token ({(int)response.StatusCode}). Make a new one.");
            }

            var joined = await response.Content.ReadFromJsonAsync(WireJson.Default.JoinResponse, cancellation);
            return joined is not null && Contracts.Keys.PublicJwk.From(joined.ControlKey.ToECDsa()).Kid == token.ControlKeyThumbprint
                ? joined
                : throw new CellStartException("The control plane that answered is not the one that made the join token.");
        }
        catch (HttpRequestException e)
        {
            throw new CellStartException($"The control plane at {cell.ControlPlane} does not answer: {e.Message}");
        }
    }
}

/// <summary>Why a cell cannot start, in one line for the operator.</summary>
public sealed class CellStartException(string message) : Exception(message);
