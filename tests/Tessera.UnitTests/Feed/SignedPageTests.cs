using System.Text.Json;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Wire;
using Tessera.Feed;

namespace Tessera.UnitTests.Feed;

/// <summary>A page is believed when it is signed and continues from what is known: before any map sees it.</summary>
public sealed class SignedPageTests
{
    [Theory]
    [InlineData(7, 7, 9, true)]
    [InlineData(7, 7, 7, true)]
    [InlineData(7, 6, 9, false)]
    [InlineData(7, 8, 9, false)]
    [InlineData(7, 0, 9, false)]
    [InlineData(7, 7, 6, false)]
    public void It_continues_from_the_revision_that_is_known(long known, long after, long revision, bool good)
    {
        using var key = IdentityKey.Create();
        var page = CompactJws.Sign(key, FeedPage.MediaType, JsonSerializer.SerializeToUtf8Bytes(new FeedPage(after, revision, false, [], [], [], [], []), WireJson.Default.FeedPage));
        if (good)
        {
            Assert.Equal(revision, SignedPage.Open(page, key.Public, known).Page.Revision);
        }
        else
        {
            Assert.Throws<FeedFault>(() => SignedPage.Open(page, key.Public, known));
        }
    }
}
