using Tessera.Contracts.Ids;

namespace Tessera.Fuzz.Parsers;

/// <summary>Every reader of text that comes from outside.</summary>
internal static class AllParsers
{
    public static IReadOnlyList<Parser> List { get; } =
    [
        Ids.Of<TenantId>("tenant-id"), Ids.Of<PoolId>("pool-id"), Ids.Of<MoveId>("move-id"), Ids.Of<RealmId>("realm-id"), Ids.Of<ClientId>("client-id"), Ids.Of<CellId>("cell-id"), Ids.Of<Slug>("slug"),
        Keys.JoinToken, Keys.AdminKey, Keys.OptionsKey, Keys.ClientKeys, Keys.KeySet, Keys.Base64Url,
        Names.Host, Names.EmailDomain, Names.SignInHost, Names.Slug, Names.RedirectUri, Names.Username, Names.Account, Names.UserCode, Names.Address,
        Statements.Jws, Statements.ServiceToken, Statements.FeedPage, Statements.CellStatement, Statements.PolicyPage, AccessTokens.Token, AccessTokens.Payload, AccessTokens.Bearer, AccessTokens.CognitoIssuer,
        Requests.Claims, Requests.RouteKey, Requests.BodyTenants, Requests.Page, Requests.Cookie,
        Files.Csv, Files.CsvTable, Files.PasswordHash, Rows.RowKey, Rows.RowPage,
    ];

    public static Parser? Find(string name) => List.FirstOrDefault(parser => parser.Name == name);
}
