using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Clients;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Onboarding;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.Promotions;

internal sealed record PromotionRequest(ClientRequest? Client = null, string? Host = null, IReadOnlyList<string?>? EmailDomains = null);

/// <param name="Client">The tenant's first own client, with the secret of a confidential one, told this once.</param>
/// <param name="Accounts">How many accounts its realm has.</param>
internal sealed record Promoted(TenantView Tenant, ClientMade Client, int Accounts);

/// <summary>What a tenant is to get with its promotion, every value checked.</summary>
internal sealed record PromotionPlan(string SignInHost, string[] EmailDomains, ClientPlan Client)
{
    public IEnumerable<WantedName> Names =>
    [
        new(NameKind.Host, SignInHost, OnboardingErrors.HostTaken()),
        .. WantedName.OfEmailDomains(EmailDomains),
        new(NameKind.ClientId, Client.Spec.ClientId.Value, OnboardingErrors.HostTaken()),
    ];

    public static PromotionPlan Read(Check check, PromotionRequest request, Slug slug, Issuers issuers)
    {
        var host = TenantNames.ReadHost(check, slug.Value, request.Host, issuers.AuthHost);
        var domains = TenantNames.ReadEmailDomains(check, request.EmailDomains);
        if (request.Client is null)
        {
            check.Fail(HttpErrors.Required("client"));
        }

        return new PromotionPlan(host, domains, ClientPlan.Read(check, request.Client ?? new ClientRequest(), "client."));
    }
}
