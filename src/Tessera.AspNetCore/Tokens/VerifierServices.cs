using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tessera.AspNetCore.Keys;
using Tessera.Feed;

namespace Tessera.AspNetCore.Tokens;

internal static class VerifierServices
{
    /// <summary>Registers the verifier with what it remembers and fetches. The directory's map is the caller's to register.</summary>
    public static void AddTokenVerifier(this IServiceCollection services, TesseraOptions options)
    {
        services.AddSingleton(_ => new KeySetClient(KeySetClient.Direct()));
        services.AddSingleton(provider => new IssuerKeys(
            provider.GetRequiredService<KeySetClient>(), new KeySetFolder(options.Data),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<IssuerKeys>>()));
        services.AddSingleton(provider => new TokenVerifier(
            provider.GetRequiredService<DirectoryMap>(), options, provider.GetRequiredService<TimeProvider>(),
            options.RememberedTokens > 0 ? new VerifiedTokens(options.RememberedTokens, options.RememberedBytes) : null,
            provider.GetRequiredService<IssuerKeys>()));
    }
}
