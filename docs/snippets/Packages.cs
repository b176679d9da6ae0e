using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Routing;
using Tessera.Feed;

namespace Snippets;

/// <summary>The READMEs of the packages that applications have through others.</summary>
internal static class Packages
{
    public static Error? Contracts(string text)
    {
        #region contracts
        if (!Slug.TryParse(text, out var slug)) // ids are parsed once, at the edge; what is no slug never becomes one
        {
            return new Error("value_invalid", 400, "A slug is 2 to 40 lower-case letters, digits and inner hyphens.", "slug");
        }

        TenantId tenant = TenantId.New(); // a UUID version 7; passing it where a Slug or RealmId belongs does not compile
        #endregion
        _ = (slug, tenant);
        return null;
    }

    public static void Feed(WebApplicationBuilder builder, WebApplication app, string feedKey, PublicJwk directoryKey)
    {
        #region feed
        builder.Services.AddDirectoryFeed(new FeedOptions
        {
            ControlPlane = new Uri("http://127.0.0.1:8401"),
            FeedKey = feedKey,            // a key with the scope feed:read
            DirectoryKey = directoryKey,  // what GET /directory/key answers, pinned
            Data = "directory-copy",      // a folder of this process alone
        });

        var directory = app.Services.GetRequiredService<DirectoryMap>();
        var active = Slug.TryParse("acme", out var slug) && directory.TryGet(slug, out var acme) && acme.State == TenantState.Active;
        #endregion
        _ = active;
    }
}
