using System.Text;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Policies;
using Tessera.Feed;
using CellStatements = Tessera.Contracts.Revocations.CellStatement;
using FeedPages = Tessera.Contracts.Feed.FeedPage;
using PolicyPages = Tessera.Contracts.Policies.PolicyPage;
using ServiceTokens = Tessera.Contracts.Keys.ServiceToken;

namespace Tessera.Fuzz.Parsers;

/// <summary>What Tessera's processes say to each other, as text and, signed here, as what it says.</summary>
internal static class Statements
{
    private static readonly IdentityKey Key = IdentityKey.Create();
    private static readonly CellId Cell = CellId.TryParse("eu-1", out var id) ? id : throw new InvalidOperationException();

    public static Parser Jws { get; } = new("jws", [typeof(CompactJws), typeof(ServiceTokens), typeof(SignedPage)], text =>
    {
        Promise.That(!CompactJws.TryVerify(text, FeedPages.MediaType, Key.Public, out _), "Nobody signs by chance");
        Promise.That(ServiceTokens.Verify(text, Key.Public, Cell, ServicePurpose.Provision, "PUT", "/", [], DateTimeOffset.UtcNow) is null, "Nobody signs by chance");
    });

    public static Parser ServiceToken { get; } = new("service-token", [typeof(ServiceTokens)], text =>
    {
        var signed = CompactJws.Sign(Key, ServiceTokens.MediaType, Encoding.UTF8.GetBytes(text));
        if (ServiceTokens.VerifyBeforeBody(signed, Key.Public, Cell, ServicePurpose.Provision, DateTimeOffset.UnixEpoch) is { } token)
        {
            Promise.That(token.Audience == Cell && token.Purpose == ServicePurpose.Provision && token.ExpiresAt is > -60 and <= 120, "A token is for this cell, this purpose, now");
        }
    });

    public static Parser CellStatement { get; } = new("cell-statement", [typeof(CellStatements)], text =>
    {
        var signed = CompactJws.Sign(Key, CellStatements.MediaType, Encoding.UTF8.GetBytes(text));
        if (CellStatements.Open(signed, Key.Public, Cell, "control", DateTimeOffset.UnixEpoch) is { } statement)
        {
            Promise.That(statement.Cell == Cell && statement.IssuedAt is >= -300 and <= 300, "A statement is this cell's, and of now");
            Promise.That(statement.Revocations.All(notice => notice.ToString().Length > 0), "A statement has no gaps");
        }
    });

    public static Parser PolicyPage { get; } = new("policy-page", [typeof(PolicyPages)], text =>
    {
        if (PolicyPages.Open(CompactJws.Sign(Key, PolicyPages.MediaType, Encoding.UTF8.GetBytes(text)), Key.Public) is { } page)
        {
            var effective = EffectivePolicy.Of(page.Platform);
            Promise.That(effective.PasswordMinLength.Value is >= 8 and <= 64 && effective.SessionMinutes.Value is >= 5 and <= 43_200, "What rules lies within its bounds");
        }
    });

    public static Parser FeedPage { get; } = new("feed-page", [typeof(SignedPage), typeof(FeedPages)], text =>
    {
        try
        {
            var page = SignedPage.Open(CompactJws.Sign(Key, FeedPages.MediaType, Encoding.UTF8.GetBytes(text)), Key.Public, 0);
            new DirectoryMap().Apply(page.Page);
        }
        catch (FeedFault)
        {
            // How it refuses.
        }
    });
}
