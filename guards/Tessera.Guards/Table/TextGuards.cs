using static Tessera.Guards.Removing.Removal;

namespace Tessera.Guards.Table;

/// <summary>Text from outside: one reading, within bounds, before anything is done with it.</summary>
internal static class TextGuards
{
    private const string Cell = "Tessera.Cell.";
    private const string Contracts = "Tessera.Contracts.";
    private const string Found = "ParserTests.What_was_found*";

    public static readonly Guard[] All =
    [
        new("Bytes have one base64url text", Contracts + "Keys.StrictBase64Url.HasNoSpareBits", ReturnsTrue, "JwtAttackTests.No_forged_service_token_is_one"),
        new("A signed statement is text", Contracts + "Keys.CompactJws.IsText", ReturnsTrue, "JwtAttackTests.No_forged_service_token_is_one"),
        new("A service token ends", Contracts + "Keys.ServiceToken.IsOfNow", ReturnsTrue, "JwtAttackTests.No_forged_service_token_is_one"),
        new("A UUID has one text", Contracts + "Ids.Uuid.IsItsForm", ReturnsTrue, Found),
        new("A client's RSA key has a sound exponent", Contracts + "Keys.ClientKeySet.IsSound", ReturnsTrue, Found),
        new("A cell's statement has no gaps", Contracts + "Revocations.CellStatement.HasNoGaps", ReturnsTrue, Found),
        new("A page of the feed has no gaps", "Tessera.Feed.SignedPage.HasNoGaps", ReturnsTrue, Found),
        new("A redirect address has one text", "Tessera.ControlPlane.Input.RedirectUris.IsWrittenPlainly", ReturnsTrue, Found),
        new("A token asks a cell for no extension", Cell + "Protocol.PlainJwt.HeaderFault", ReturnsNull, "JwtAttackTests.No_forged_client_assertion*"),
        new("A token's key id is a text", Cell + "Protocol.PlainJwt.KeyIdFault", ReturnsNull, "JwtAttackTests.No_forged_client_assertion*"),
        new("What is only signed is no ticket", Cell + "Protocol.PlainJwt.TypeFault", ReturnsNull, "JwtAttackTests.No_forged_access_token_is_told*"),
        new("A token's times are times", Cell + "Protocol.PlainJwt.TimeFault", ReturnsNull, "JwtAttackTests.No_forged_client_assertion*"),
        new("A token's texts are Unicode", Cell + "Protocol.PlainJwt.IsUnicode", ReturnsTrue, "JwtAttackTests.No_forged_client_assertion*"),
        new("A long password is not hashed", Cell + "SignIn.PasswordSignIn.AreOfPossibleLength", ReturnsTrue, "PasswordFloodTests"),
        new("What is no client id is not looked up", Cell + "Clients.ClientStore.IsOne", ReturnsTrue, "LogInjectionOnPostgres"),
        new("An e-mail address is one line", Cell + "Accounts.AccountRules.IsOneLine", ReturnsTrue, "ParserTests.What_was_found*"),
        new("A user name is one word that is seen", Cell + "Accounts.Username.IsOneWord", ReturnsTrue, "LookalikeTests"),
    ];
}
