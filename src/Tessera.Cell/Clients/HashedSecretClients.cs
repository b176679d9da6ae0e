using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using Tessera.Cell.Store;
using static System.Buffers.Text.Base64Url;

namespace Tessera.Cell.Clients;

/// <summary>
/// OpenIddict's application manager with secrets compared by SHA-256: all of them are generated, 256 bits long, so a slow
/// hash would only slow every request of the client.
/// </summary>
internal sealed class HashedSecretClients(
    IOpenIddictApplicationCache<ClientRow> cache,
    ILogger<OpenIddictApplicationManager<ClientRow>> logger,
    IOptionsMonitor<OpenIddictCoreOptions> options,
    IOpenIddictApplicationStore<ClientRow> store) : OpenIddictApplicationManager<ClientRow>(cache, logger, options, store)
{
    protected override ValueTask<string> ObfuscateClientSecretAsync(string secret, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("A cell is given the hash of a secret, never the secret.");

    protected override ValueTask<bool> ValidateClientSecretAsync(string secret, string comparand, CancellationToken cancellationToken = default) =>
        new(CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)))),
            Encoding.ASCII.GetBytes(comparand)));
}
