using Microsoft.IdentityModel.Tokens;
using OpenIddict.EntityFrameworkCore;
using OpenIddict.Server;
using Tessera.Cell.Clients;
using Tessera.Cell.Protocol.Dispatch;
using Tessera.Cell.Store;
using Tessera.Cell.Tokens;
using Tessera.Cell.Tokens.Store;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerHandlers;

namespace Tessera.Cell.Protocol;

/// <summary>
/// OAuth 2.0 and OpenID Connect, on OpenIddict. Its server knows one issuer; the handlers added here make it serve the
/// realm of the request: its issuer, its doors, its pool's keys, its ticket secrets.
/// </summary>
internal static class ProtocolSetup
{
    public static readonly TimeSpan AccessTokenLife = TimeSpan.FromHours(1);
    public static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan RefreshTokenLife = TimeSpan.FromDays(14);

    /// <summary>How long a refresh token that was just replaced still works, for clients that lost the answer.</summary>
    public static readonly TimeSpan RefreshLeeway = TimeSpan.FromSeconds(10);

    public static IServiceCollection AddProtocol(this IServiceCollection services)
    {
        services.AddOpenIddict()
            .AddCore(core =>
            {
                core.UseEntityFrameworkCore().UseDbContext<CellDb>().ReplaceDefaultEntities<ClientRow, GrantRow, ScopeRow, TokenRow, Guid>();
                core.ReplaceApplicationManager<ClientRow, HashedSecretClients>();
                core.ReplaceApplicationStore<ClientRow, ClientStore>();
                core.ReplaceAuthorizationStore<GrantRow, GrantStore>();
                core.ReplaceTokenStore<TokenRow, TokenStore>();
                core.ReplaceTokenManager<TokenRow, Tickets>();
                core.DisableEntityCaching(); // the stores keep what a request has read
            })
            .AddServer(server =>
            {
                Endpoints(server);
                Rules(server);
                Handlers(server);
                server.UseAspNetCore()
                    .SuppressJsonResponseIndentation()
                    .DisableTransportSecurityRequirement() // TLS ends at the router; the scheme is the configured one
                    .EnableAuthorizationEndpointPassthrough()
                    .EnableEndSessionEndpointPassthrough()
                    .EnableStatusCodePagesIntegration();
            });
        services.AddSingleton<HandlerPlans>();
        services.AddScoped<IOpenIddictServerDispatcher, PlannedDispatcher>();
        services.AddScoped<IOpenIddictEntityFrameworkCoreContext, RequestContext>();
        services.AddTickets();
        return services;
    }

    private static void Endpoints(OpenIddictServerBuilder server) => server
        .SetConfigurationEndpointUris(".well-known/openid-configuration", ".well-known/oauth-authorization-server")
        .SetJsonWebKeySetEndpointUris(".well-known/jwks.json")
        .SetAuthorizationEndpointUris("oauth2/authorize")
        .SetTokenEndpointUris("oauth2/token")
        .SetUserInfoEndpointUris("oauth2/userInfo")
        .SetRevocationEndpointUris("oauth2/revoke")
        .SetEndSessionEndpointUris("logout");

    private static void Rules(OpenIddictServerBuilder server)
    {
        server.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().AllowClientCredentialsFlow();
        server.RequireProofKeyForCodeExchange();
        server.RegisterScopes(Scopes.OpenId, Scopes.Email, Scopes.Profile, Scopes.OfflineAccess);
        server.RegisterClaims(Claims.Subject, Claims.Email, Claims.Name, Claims.PreferredUsername, TokenClaims.TenantId, Claims.AuthenticationTime, Claims.AuthenticationMethodReference);
        server.DisableScopeValidation(); // a scope is granted by the client's own list, which is checked
        server.DisableAccessTokenEncryption();
        server.UseReferenceRefreshTokens();
        server.SetAuthorizationCodeLifetime(CodeLife).SetAccessTokenLifetime(AccessTokenLife).SetIdentityTokenLifetime(AccessTokenLife);
        server.SetRefreshTokenLifetime(RefreshTokenLife).SetRefreshTokenReuseLeeway(RefreshLeeway);
        // OpenIddict demands keys at start-up; these sign nothing (RequireRealmKeys sees to it).
        server.AddEphemeralSigningKey(SecurityAlgorithms.EcdsaSha256).AddEphemeralEncryptionKey();
        server.Configure(options =>
        {
            options.CodeChallengeMethods.Clear();
            options.CodeChallengeMethods.Add(CodeChallengeMethods.Sha256);
            options.ResponseModes.Remove(ResponseModes.Fragment);
            options.PromptValues.Remove(PromptValues.Consent);
            options.PromptValues.Remove(PromptValues.Create);
            options.ClientAuthenticationMethods.Remove(ClientAuthenticationMethods.PrivateKeyJwt);
        });
    }

    private static void Handlers(OpenIddictServerBuilder server)
    {
        // Which endpoint, at which door, of which issuer.
        server.RemoveEventHandler(InferEndpointType.Descriptor);
        server.AddEventHandler<OpenIddictServerEvents.ProcessRequestContext>(handler => handler.UseSingletonHandler<InferEndpoint>().SetOrder(InferEndpointType.Descriptor.Order));
        server.Handle<OpenIddictServerEvents.ProcessRequestContext, EnterByDoor>(InferEndpointType.Descriptor.Order + 500);

        // Discovery and keys.
        server.RemoveEventHandler(Discovery.AttachSigningKeys.Descriptor);
        server.RemoveEventHandler(Discovery.AttachSigningAlgorithms.Descriptor);
        server.Handle<OpenIddictServerEvents.HandleConfigurationRequestContext, NameSignInHost>(Discovery.AttachEndpoints.Descriptor.Order - 500);
        server.Handle<OpenIddictServerEvents.HandleConfigurationRequestContext, NameAlgorithms>(Discovery.AttachSigningAlgorithms.Descriptor.Order);
        server.Handle<OpenIddictServerEvents.HandleJsonWebKeySetRequestContext, PublishPoolKeys>(Discovery.AttachSigningKeys.Descriptor.Order);

        // Making and reading tokens.
        server.Handle<OpenIddictServerEvents.GenerateTokenContext, AttachRealmKeys>(Protection.AttachSecurityCredentials.Descriptor.Order + 500);
        server.Handle<OpenIddictServerEvents.GenerateTokenContext, ShapeToken>(Protection.CreateTokenEntry.Descriptor.Order - 250);
        server.Handle<OpenIddictServerEvents.GenerateTokenContext, RequireRealmKeys>(Protection.GenerateIdentityModelToken.Descriptor.Order - 1);
        server.Handle<OpenIddictServerEvents.ValidateTokenContext, ValidateByRealmKeys>(Protection.ResolveTokenValidationParameters.Descriptor.Order + 500);

        // What the product decides.
        server.Handle<OpenIddictServerEvents.HandleTokenRequestContext, IssueTokens>(100_000);
        server.Handle<OpenIddictServerEvents.HandleUserInfoRequestContext, TellUserInfo>(UserInfo.AttachClaims.Descriptor.Order + 500);
        server.Handle<OpenIddictServerEvents.HandleRevocationRequestContext, RevokeGrant>(Revocation.RevokeToken.Descriptor.Order + 500);
        server.Handle<OpenIddictServerEvents.ProcessSignInContext, GatherTickets>(ValidateSignInDemand.Descriptor.Order + 500);
        server.Handle<OpenIddictServerEvents.ProcessSignInContext, CommitTickets>(AttachSignInParameters.Descriptor.Order + 500);
    }
}

internal static class HandlerOrder
{
    /// <summary>Runs <typeparamref name="THandler"/>, once per request, at <paramref name="order"/> of the event.</summary>
    public static void Handle<TContext, THandler>(this OpenIddictServerBuilder server, int order)
        where TContext : OpenIddictServerEvents.BaseContext
        where THandler : class, IOpenIddictServerHandler<TContext> =>
        server.AddEventHandler<TContext>(handler => handler.UseScopedHandler<THandler>().SetOrder(order));
}
