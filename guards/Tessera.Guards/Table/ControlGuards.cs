using static Tessera.Guards.Removing.Removal;

namespace Tessera.Guards.Table;

/// <summary>The control plane: what an admin key reaches, and what the directory takes for true.</summary>
internal static class ControlGuards
{
    private const string Control = "Tessera.ControlPlane.";
    private const string Gate = Control + "AdminKeys.KeyGate.";

    public static readonly Guard[] All =
    [
        new("Nothing is reached without a key", Gate + "InvokeAsync", PassesOn, "AccessTests"),
        new("A key is known by its secret", Control + "Keys.GeneratedSecret.Matches", ReturnsTrue, "AccessTests"),
        new("A key does what its scopes say", Control + "AdminKeys.Caller.Has", ReturnsTrue, "AccessTests"),
        new("A key of one tenant reaches that tenant alone", Gate + "RefusalOutside", ReturnsNull, "AccessTests"),
        new("A revoked key is none", Gate + "AdmitAsync", Takes("get_RevokedAt", null), "AccessTests"),
        new("An expired key is none", Gate + "AdmitAsync", Takes("get_ExpiresAt", null), "AccessTests"),
        new("The last key with every right stays", Control + "AdminKeys.KeyRing.IsFull", ReturnsFalse, "AccessTests"),
        new("A key gives no right it has not", Control + "AdminKeys.KeyRing.ReadScope", Takes("Has", true), "AccessTests"),
        new("A unit of work sees its tenant alone", Control + "Store.DirectoryDb.OnModelCreating", Takes("HasQueryFilter", null), "FeedTests", "SharedRealmTests"),
        new("The directory is policed in the database too", Control + "Store.PostgresSchema.Secure/String,String", Says("FORCE ROW LEVEL", "NO FORCE ROW LEVEL"), "FeedTests"),
        new("A redirect address has no user in it", Control + "Input.RedirectUris.NamesNoUser", ReturnsTrue, "ParserTests.What_was_found*"),
        new("Plain http is for this machine", Control + "Input.RedirectUris.IsLoopback", ReturnsTrue, "InputTests"),
        new("A name is claimed once", Control + "Onboarding.NameClaims.TakeAsync", ReturnsNull, "OnboardingTests", "SharedRealmTests"),
        new("A cell's keys are believed when it has signed them", Control + "Cells.Provisioning.Verified", Takes("TryVerify", true), "OnboardingTests"),
        new("Keys for another pool or of another cell are no answer", Control + "Cells.Provisioning.Verified", Takes("op_Equality", true), "OnboardingTests"),
        new("An address is written as it is meant", Control + "Input.RedirectUris.IsWrittenPlainly", ReturnsTrue, "InputTests", "RedirectUriTests"),
        new("A cell ends nobody's session in another", Control + "Revocations.CellNotices.LivesIn", ReturnsTrue, "CellNoticesTests"),
        new("What a cell tells is well formed", Control + "Revocations.CellNotices.IsWellFormed", ReturnsTrue, "CellNoticesTests"),
        new("A cell fills the directory with so much and no more", Control + "Revocations.CellNotices.HasRoomAsync", ReturnsTrue, "CellNoticesTests"),
        new("A user pool is no realm of ours", Control + "UserPools.UserPoolRegistry.IsRealmAsync", ReturnsFalse, "UserPoolTests"),
        new("A change that a promotion overtook is not told as done", Control + "Users.UserDesk.IsOvertakenAsync", ReturnsFalse, "PromotionTests"),
    ];
}
