using System.Net;
using Microsoft.EntityFrameworkCore;
using Tessera.SystemTests.Isolation.Matrix;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>A service token with the tenant swapped opens nothing, and whose realm it was shown at has it written down.</summary>
[Collection(DemoCollection.Name)]
public sealed class SwappedServiceTokenTests(Demo demo)
{
    [Theory]
    [InlineData("globex", "umbrella")]
    [InlineData("umbrella", "globex")]
    public async Task A_token_of_one_tenant_is_refused_at_the_realm_of_another_and_the_victims_audit_says_so(string slug, string victim)
    {
        using var services = new ServiceTokens(demo);
        var (thief, target) = (await Party.OfDemoAsync(demo, slug), await Party.OfDemoAsync(demo, victim));
        Assert.Equal(thief.Cell, target.Cell);
        var before = await RefusalsAsync(target);
        var path = $"/cell/realms/{target.Tenant.Realm}/accounts";
        var ticket = services.Make(TicketKind.ServiceTokenOfTenant, thief);
        var aim = new Aim(new Surface("cell", "GET", path), target, thief, ticket, "", 0);
        using var response = await demo.Visitor.GetAsync(target.Cell.Endpoint + path, bearer: ticket.BearerFor(aim, new Attempt("GET", path)));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        var after = await RefusalsAsync(target);
        Assert.Equal(before.Count + 1, after.Count);
        Assert.Contains(thief.Tenant.TenantId, after[^1], StringComparison.Ordinal);
    }

    private async Task<List<string>> RefusalsAsync(Party party)
    {
        await using var db = new CellFiles(demo).Open(party);
        return (await db.Audit.AsNoTracking().Where(row => row.Event == "service_token.refused").ToListAsync()).OrderBy(row => row.Id).Select(row => row.Detail!).ToList();
    }
}
