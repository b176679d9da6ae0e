using static Tessera.Guards.Removing.Removal;

namespace Tessera.Guards.Table;

/// <summary>A cell: to whom a ticket is given, what it is good for, and when that ends.</summary>
internal static class CellTicketGuards
{
    private const string Cell = "Tessera.Cell.";

    public static readonly Guard[] All =
    [
        new("A code goes to an address of its client alone", Cell + "Clients.ClientLookup.HasRedirectUriAsync", ReturnsTrue, "AuthorizeRefusalOnSqlite", "BadInputOnSqlite"),
        new("A public client proves that the code is its own", Cell + "Clients.ClientShape.Required", ReturnsNothing, "AuthorizeRefusalOnSqlite", "TokensOnSqlite"),
        new("A client proves itself with its own secret", Cell + "Clients.HashedSecretClients.ValidateClientSecretAsync", Takes("FixedTimeEquals", true), "TokensOnSqlite"),
        new("A client assertion is good once", Cell + "Clients.Assertions.SpendClientAssertion.HandleAsync", Takes("Reject", null), "ClientAssertionOnSqlite"),
        new("A token is signed with its realm's keys and no other", Cell + "Protocol.RequireRealmKeys.HandleAsync", DoesNothing, "CellScopeTests"),
        new("A client is told of its own tokens alone", Cell + "TokenIntrospection.MayIntrospect.HandleAsync", DoesNothing, "IntrospectionOnSqlite"),
        new("A client asks for its own resources alone", Cell + "Resources.CheckResources.IsFineAsync", ReturnsTrue, "ClaimsAndResourceOnSqlite"),
        new("Nobody is signed in without a session", Cell + "Authorize.AuthorizeEndpoint.DemandSession", ReturnsNull, "TokensOnSqlite", "SignInOnSqlite"),
        new("A sign-in older than max_age is renewed", Cell + "Authorize.AuthorizeEndpoint.DemandFreshness", ReturnsNull, "TokensOnSqlite"),
        new("A hint names the account that is signed in", Cell + "Authorize.AuthorizeEndpoint.DemandNamedAccount", ReturnsNull, "TokensOnSqlite", "BasicRequestTests"),
        new("A link signs nobody out unasked", Cell + "SignOut.SignOutPage.ConfirmedAsync", ReturnsTrue, "TokensOnSqlite"),
        new("Nothing is given for what has ended meanwhile", Cell + "Tokens.Store.CommitTickets.HandleAsync", Takes("Reject", null), "TokensOnSqlite", "TicketWorkOnSqlite", "SharedRealmOnSqlite"),
        new("Revoking a token ends its grant", Cell + "Tokens.RevokeGrant.HandleAsync", DoesNothing, "TokensOnSqlite"),
        new("The end of a session ends what it gave", Cell + "Authorize.GrantBook.EndSessionAsync", DoesNothing, "TokensOnSqlite"),
        new("The end of an account ends what it gave", Cell + "Authorize.GrantBook.EndAccountAsync", DoesNothing, "SignInOnSqlite", "DeviceOnSqlite"),
        new("The end of a membership ends what it gave", Cell + "Authorize.GrantBook.EndMemberAsync", DoesNothing, "SharedRealmOnSqlite"),
        new("A grant is of a session that has not ended", Cell + "Authorize.GrantBook.Open", Takes("set_IsModified", null), "OvertakenOnSqlite", "SharedRealmOnSqlite"),
        new("Signing out ends the session", Cell + "Sessions.SessionBook.EndAsync", DoesNothing, "SignInOnSqlite", "TokensOnSqlite"),
        new("A token shown to a cell does not say how it is verified", Cell + "Protocol.PlainJwt.Fault", ReturnsNull, "JwtAttackTests", "SessionForgeryTests", "ClientAssertionOnSqlite"),
        new("User codes are not guessed", Cell + "Device.UserCodeLimit.IsReached", ReturnsFalse, "DeviceOnSqlite"),
    ];
}
