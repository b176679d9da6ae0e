using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore;

namespace Tessera.Cell.Store;

/// <summary>Gives OpenIddict's stores the request's context when they use it, not already when they are made.</summary>
internal sealed class RequestContext(RequestDb request) : IOpenIddictEntityFrameworkCoreContext
{
    public ValueTask<DbContext> GetDbContextAsync(CancellationToken cancellationToken) => new(request.Value);
}
