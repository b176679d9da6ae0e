using Microsoft.IdentityModel.Tokens;
using OpenIddict.EntityFrameworkCore;
using OpenIddict.Server;
using Tessera.Cell.Authorize;
using Tessera.Cell.Clients;
using Tessera.Cell.Clients.Assertions;
using Tessera.Cell.Device;
using Tessera.Cell.Protocol.Dispatch;
using Tessera.Cell.RequestedClaims;
using Tessera.Cell.Resources;
using Tessera.Cell.Store;
using Tessera.Cell.TokenIntrospection;
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

    /// <summary>How long a person has to sign in for a request that was pushed.</summary>
    public static readonly TimeSpan PushedRequestLife = TimeSpan.FromMinutes(10);

    /// <summary>How long a person has to let a device in.</summary>
    public static readonly TimeSpan DeviceCodeLife = TimeSpan.FromMinutes(10);

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
                    .EnableEndUserVerificationEndpointPassthrough()
                    .EnableStatusCodePagesIntegration();
            });
        services.AddSingleton<HandlerPlans>();
        services.AddScoped<IOpenIddictServerDispatcher, PlannedDispatcher>();
        services.AddScoped<IOpenIddictEntityFrameworkCoreContext, RequestContext>();
        services.AddTickets();
        return services;
    }

    private static void Endpoints(OpenIddictServerBuilder server) => server
        .SetConfigurationEndpointUris(Relative(ProtocolPaths.Configuration), Relative(ProtocolPaths.AuthorizationServer))
        .SetJsonWebKeySetEndpointUris(Relative(ProtocolPaths.JsonWebKeySet))
        .SetAuthorizationEndpointUris(Relative(ProtocolPaths.Authorize))
        .SetPushedAuthorizationEndpointUris(Relative(ProtocolPaths.PushedAuthorization))
        .SetDeviceAuthorizationEndpointUris(Relative(ProtocolPaths.DeviceAuthorization))
        .SetEndUserVerificationEndpointUris(Relative(ProtocolPaths.Device))
        .SetTokenEndpointUris(Relative(ProtocolPaths.Token))
        .SetUserInfoEndpointUris(Relative(ProtocolPaths.UserInfo))
        .SetIntrospectionEndpointUris(Relative(ProtocolPaths.Introspect))
        .SetRevocationEndpointUris(Relative(ProtocolPaths.Revoke))
        .SetEndSessionEndpointUris(Relative(ProtocolPaths.Logout));

    // Below the realm's issuer, whichever that is.
    private static string Relative(string path) => path[1..];

    private static void Rules(OpenIddictServerBuilder server)
    {
        server.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().AllowClientCredentialsFlow().AllowDeviceAuthorizationFlow();
        server.RegisterScopes(Scopes.OpenId, Scopes.Email, Scopes.Profile, Scopes.OfflineAccess);
        server.RegisterClaims(Claims.Subject, Claims.Email, Claims.Name, Claims.PreferredUsername, TokenClaims.TenantId, Claims.AuthenticationTime, Claims.AuthenticationMethodReference,
            Claims.AuthenticationContextReference, Claims.EmailVerified, TokenClaims.SessionId);
        server.DisableScopeValidation(); // a scope is granted by the client's own list, which is checked
        server.DisableResourceValidation().IgnoreResourcePermissions(); // CheckResources does both, client by client
        server.DisableAccessTokenEncryption();
        server.UseReferenceRefreshTokens();
        server.SetAuthorizationCodeLifetime(CodeLife).SetAccessTokenLifetime(AccessTokenLife).SetIdentityTokenLifetime(AccessTokenLife);
        server.SetRefreshTokenLifetime(RefreshTokenLife).SetRefreshTokenReuseLeeway(RefreshLeeway);
        server.SetDeviceCodeLifetime(DeviceCodeLife).SetUserCodeLifetime(DeviceCodeLife);
        server.SetUserCodeCharset([.. UserCodes.Alphabet.Select(letter => letter.ToString())]).SetUserCodeLength(UserCodes.Length).SetUserCodeDisplayFormat("{0}{1}{2}{3}-{4}{5}{6}{7}");
        // OpenIddict demands keys at start-up; these sign nothing (RequireRealmKeys sees to it).
        server.AddEphemeralSigningKey(SecurityAlgorithms.EcdsaSha256).AddEphemeralEncryptionKey();
        server.Configure(options =>
        {
            options.CodeChallengeMethods.Clear();
            options.CodeChallengeMethods.Add(CodeChallengeMethods.Sha256);
            options.ResponseModes.Remove(ResponseModes.Fragment);
            options.ResponseModes.Remove(ResponseModes.FormPost); // its page is a script, and ours have none
            options.PromptValues.Remove(PromptValues.Create);
            options.RequestTokenLifetime = PushedRequestLife;
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

        server.Handle<OpenIddictServerEvents.HandleConfigurationRequestContext, NameAbilities>(Discovery.AttachAdditionalMetadata.Descriptor.Order + 500);

        // Who the client is.
        server.Handle<OpenIddictServerEvents.ValidateTokenContext, ReadClientAssertion>(Protection.ResolveTokenValidationParameters.Descriptor.Order + 600);
        server.Handle<OpenIddictServerEvents.ProcessAuthenticationContext, SpendClientAssertion>(ValidateClientType.Descriptor.Order + 500);

        // What an authorization request may ask for, and where its refusal goes.
        server.RemoveEventHandler(Authentication.ValidateResourceParameter.Descriptor);
        server.RemoveEventHandler(Authentication.ValidatePushedResourceParameter.Descriptor);
        server.RemoveEventHandler(Exchange.ValidateResourceParameter.Descriptor);
        server.Handle<OpenIddictServerEvents.ValidateAuthorizationRequestContext, CheckResources>(Authentication.ValidateResourcePermissions.Descriptor.Order);
        server.Handle<OpenIddictServerEvents.ValidatePushedAuthorizationRequestContext, CheckResources>(Authentication.ValidatePushedResourcePermissions.Descriptor.Order);
        server.Handle<OpenIddictServerEvents.ValidateTokenRequestContext, CheckResources>(Exchange.ValidateAuthorizedParty.Descriptor.Order + 500);
        server.Handle<OpenIddictServerEvents.ValidateAuthorizationRequestContext, CheckClaims>(Authentication.ValidateAuthorizedParty.Descriptor.Order + 500);
        server.Handle<OpenIddictServerEvents.ValidatePushedAuthorizationRequestContext, CheckClaims>(Authentication.ValidatePushedAuthorizedParty.Descriptor.Order + 500);
        server.Handle<OpenIddictServerEvents.ApplyAuthorizationResponseContext, RedirectRefusals>(Authentication.AttachRedirectUri.Descriptor.Order + 500);
        server.Handle<OpenIddictServerEvents.ApplyAuthorizationResponseContext, AnswerInQuery>(Authentication.InferResponseMode.Descriptor.Order + 500);

        // Devices.
        server.Handle<OpenIddictServerEvents.ProcessAuthenticationContext, ReadUserCode>(ResolveValidatedTokens.Descriptor.Order + 500);
        server.Handle<OpenIddictServerEvents.ApplyDeviceAuthorizationResponseContext, NameDevicePage>(int.MinValue + 100_000);

        // Introspection.
        server.RemoveEventHandler(Introspection.ValidateTokenType.Descriptor);
        server.RemoveEventHandler(Introspection.ValidateAuthorizedParty.Descriptor);
        server.RemoveEventHandler(Introspection.AttachApplicationClaims.Descriptor);
        server.Handle<OpenIddictServerEvents.ValidateIntrospectionRequestContext, KnowTokenType>(Introspection.ValidateTokenType.Descriptor.Order);
        server.Handle<OpenIddictServerEvents.ValidateIntrospectionRequestContext, MayIntrospect>(Introspection.ValidateAuthorizedParty.Descriptor.Order);
        server.Handle<OpenIddictServerEvents.HandleIntrospectionRequestContext, TellToken>(Introspection.AttachApplicationClaims.Descriptor.Order);

        // Making and reading tokens.
        server.RemoveEventHandler(AttachAuthorization.Descriptor); // a grant is opened by a person's decision: one made for a device that still waits would be nobody's, and nothing would end it
        server.Handle<OpenIddictServerEvents.ProcessSignInContext, AddClaims>(AttachDefaultPresenters.Descriptor.Order + 500);
        server.Handle<OpenIddictServerEvents.ProcessSignInContext, NarrowAudience>(PrepareUserCodePrincipal.Descriptor.Order + 500);
        server.Handle<OpenIddictServerEvents.GenerateTokenContext, AttachRealmKeys>(Protection.AttachSecurityCredentials.Descriptor.Order + 500);
        server.Handle<OpenIddictServerEvents.GenerateTokenContext, ShapeToken>(Protection.CreateTokenEntry.Descriptor.Order - 250);
        server.Handle<OpenIddictServerEvents.GenerateTokenContext, RequireRealmKeys>(Protection.GenerateIdentityModelToken.Descriptor.Order - 1);
        server.Handle<OpenIddictServerEvents.ValidateTokenContext, RequirePlainJwt>(Protection.ResolveTokenValidationParameters.Descriptor.Order - 500);
        server.Handle<OpenIddictServerEvents.ValidateTokenContext, ValidateByRealmKeys>(Protection.ResolveTokenValidationParameters.Descriptor.Order + 500);

        // What the product decides.
        server.Handle<OpenIddictServerEvents.HandleTokenRequestContext, IssueTokens>(100_000);
        server.Handle<OpenIddictServerEvents.HandleUserInfoRequestContext, TellUserInfo>(UserInfo.AttachClaims.Descriptor.Order + 500);
        server.Handle<OpenIddictServerEvents.HandleUserInfoRequestContext, TellRequestedClaims>(UserInfo.AttachClaims.Descriptor.Order + 600);
        server.RemoveEventHandler(Revocation.RevokeToken.Descriptor);
        server.Handle<OpenIddictServerEvents.HandleRevocationRequestContext, RevokeGrant>(Revocation.RevokeToken.Descriptor.Order);
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
