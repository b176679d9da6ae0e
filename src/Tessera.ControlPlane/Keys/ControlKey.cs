using Microsoft.Extensions.Options;
using Tessera.Contracts.Keys;
using Tessera.Files;

namespace Tessera.ControlPlane.Keys;

/// <summary>The key by which cells and consumers of the feed know this control plane: <c>control.pem</c>, made at first start.</summary>
internal sealed class ControlKey : IDisposable
{
    public ControlKey(IOptions<ControlOptions> options)
    {
        var path = Path.Combine(options.Value.Data, "control.pem");
        if (!File.Exists(path))
        {
            using var made = IdentityKey.Create();
            PrivateFile.Write(path, made.ToPem());
        }

        Identity = IdentityKey.FromPem(File.ReadAllText(path));
    }

    public IdentityKey Identity { get; }

    public PublicJwk Public => Identity.Public;

    public void Dispose() => Identity.Dispose();
}
