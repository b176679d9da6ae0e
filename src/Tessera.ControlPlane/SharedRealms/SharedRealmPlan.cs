using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Clients;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Onboarding;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.SharedRealms;

/// <summary>A shared realm to be, whose every value has been checked.</summary>
internal sealed record SharedRealmPlan(Slug Slug, string DisplayName, CellId Cell, string SignInHost, ClientPlan Client)
{
    public IEnumerable<WantedName> Names =>
    [
        new(NameKind.Slug, Slug.Value, OnboardingErrors.SlugTaken()),
        new(NameKind.Host, SignInHost, OnboardingErrors.HostTaken()),
        new(NameKind.ClientId, Client.Spec.ClientId.Value, OnboardingErrors.SlugTaken()),
    ];

    public static SharedRealmPlan Read(Check check, SharedRealmRequest request, Issuers issuers)
    {
        var slug = TenantNames.ReadSlug(check, request.Slug);
        var displayName = check.OptionalText(request.DisplayName, "display_name", 100) ?? request.Slug ?? "";
        if (!CellId.TryParse(check.Text(request.Cell, "cell", 32), out var cell))
        {
            check.Fail(HttpErrors.Invalid("cell", "Give a cell's id, such as eu-1."));
        }

        var host = TenantNames.ReadHost(check, request.Slug, request.Host, issuers.AuthHost);
        if (request.Client is null)
        {
            check.Fail(HttpErrors.Required("client"));
        }

        return new SharedRealmPlan(slug, displayName, cell, host, ClientPlan.Read(check, request.Client ?? new ClientRequest(), "client."));
    }
}
