using System.Text;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation.Matrix;

/// <summary>Service tokens as an attacker might get hold of them: made with the demo's real control plane key, each wrong in one thing.</summary>
internal sealed class ServiceTokens : IDisposable
{
    private readonly IdentityKey _real;
    private readonly IdentityKey _stranger = IdentityKey.Create();

    public ServiceTokens(Demo demo) => _real = IdentityKey.FromPem(File.ReadAllText(Path.Combine(demo.Folder, "control", "control.pem")));

    public Ticket Make(TicketKind kind, Party owner) => new(kind, owner, ForOwnAccounts(owner), (aim, attempt) => Sign(kind, aim, attempt));

    /// <summary>What the control plane itself would send to list the owner's accounts.</summary>
    public string ForOwnAccounts(Party owner) =>
        Issue(_real, owner.Cell.CellId, ServicePurpose.Accounts, owner, "GET", $"/cell/realms/{owner.Tenant.Realm}/accounts", "");

    public void Dispose()
    {
        _real.Dispose();
        _stranger.Dispose();
    }

    private string Sign(TicketKind kind, Aim aim, Attempt attempt)
    {
        var (victim, purpose) = (aim.Victim, aim.Surface.Purpose ?? ServicePurpose.Accounts);
        var (method, path, body) = (attempt.Method, attempt.Path, attempt.Json ?? "");
        return kind switch
        {
            TicketKind.ServiceTokenOfTenant => Issue(_real, victim.Cell.CellId, purpose, aim.Attacker, method, path, body),
            TicketKind.ServiceTokenForOtherCell => Issue(_real, victim.Cell.CellId == "eu-1" ? "us-1" : "eu-1", purpose, victim, method, path, body),
            TicketKind.ServiceTokenForOtherPurpose => Issue(_real, victim.Cell.CellId, purpose == ServicePurpose.Accounts ? ServicePurpose.Provision : ServicePurpose.Accounts, victim, method, path, body),
            TicketKind.ServiceTokenForOtherRequest => Issue(_real, victim.Cell.CellId, purpose, victim, method, path + "?other", body),
            TicketKind.ServiceTokenOfStranger => Issue(_stranger, victim.Cell.CellId, purpose, victim, method, path, body),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This is no service token."),
        };
    }

    private static string Issue(IdentityKey key, string cell, ServicePurpose purpose, Party tenant, string method, string path, string body)
    {
        Assert.True(CellId.TryParse(cell, out var audience));
        Assert.True(TenantId.TryParse(tenant.Tenant.TenantId, out var id));
        return ServiceToken.Issue(key, audience, purpose, id, method, path, Encoding.UTF8.GetBytes(body), DateTimeOffset.UtcNow);
    }
}
