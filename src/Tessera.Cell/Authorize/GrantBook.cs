using System.Collections.Immutable;
using System.Text.Json;
using Tessera.Cell.Audit;
using Tessera.Cell.Sessions;
using Tessera.Cell.Store;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Tessera.Cell.Authorize;

/// <summary>Opens grants: what all codes and refresh tokens of one authorization hang on. Ending it ends them.</summary>
internal sealed class GrantBook(CellDb db, AuditTrail audit, TimeProvider time)
{
    /// <summary>Adds the grant, to be committed with the code that is issued under it; returns its id.</summary>
    public string Open(SignedIn signedIn, ClientRow client, ImmutableArray<string> scopes)
    {
        var grant = new GrantRow
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            ApplicationId = client.Id,
            SessionId = signedIn.Session.SessionId,
            Subject = signedIn.Account.Sub.ToString(),
            Scopes = JsonSerializer.Serialize(scopes),
            Status = Statuses.Valid,
            Type = AuthorizationTypes.AdHoc,
            CreationDate = time.GetUtcNow().UtcDateTime,
            ConcurrencyToken = Guid.NewGuid().ToString(),
        };
        db.Grants.Add(grant);
        audit.Record("authorize", subject: grant.Subject, client: client.ClientId);
        return grant.Id.ToString();
    }
}
