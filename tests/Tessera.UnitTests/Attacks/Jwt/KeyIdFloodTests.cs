using Tessera.UnitTests.Feed;

namespace Tessera.UnitTests.Attacks.Jwt;

/// <summary>Keys come with the directory's feed, so no key id makes anybody fetch anything.</summary>
public sealed class KeyIdFloodTests(ITestOutputHelper output)
{
    private const int Tokens = 10_000;

    [Fact]
    public async Task Ten_thousand_unknown_key_ids_fetch_nothing_and_every_good_token_between_them_is_accepted()
    {
        using var folder = new TemporaryFolder();
        await using var source = new FeedSource();
        await source.StartAsync();
        await using var follower = await Follower.StartAsync(source, folder.Path);
        await follower.FirstPage;
        using var subject = VerifierSubject.Create(follower.Map);
        var (asked, accepted) = (source.Asked.Count, 0);
        for (var i = 0; i < Tokens; i++)
        {
            Assert.False(await subject.AcceptsAsync(subject.BySigner(header => header["kid"] = $"{Guid.NewGuid():N}")));
            if (i % 100 == 0)
            {
                Assert.True(await subject.AcceptsAsync(subject.Good()));
                accepted++;
            }
        }

        Assert.InRange(source.Asked.Count - asked, 0, 2);
        output.WriteLine($"{Tokens} unknown key ids, {source.Asked.Count - asked} fetches, {accepted} of {accepted} good tokens accepted");
    }
}
