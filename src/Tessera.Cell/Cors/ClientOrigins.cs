using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Store;

namespace Tessera.Cell.Cors;

/// <summary>Where the browser-run clients of the realm in hand live: the origins of their redirect URIs.</summary>
internal sealed class ClientOrigins(CellDb db)
{
    /// <param name="origin">As a browser writes it: scheme, host and a port that is not the usual one.</param>
    public async Task<bool> HasAsync(string origin, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != origin)
        {
            return false; // "null" of a sandbox, or something no browser says
        }

        // The column is a JSON array of the addresses as they were given.
        var (whole, start) = ($"\"{origin}\"", $"\"{origin}/");
        return await db.Clients.AnyAsync(client => client.RedirectUris!.Contains(start) || client.RedirectUris!.Contains(whole), cancellation);
    }
}
