using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tessera.AspNetCore.Authentication;
using Tessera.AspNetCore.Keys;
using Tessera.AspNetCore.Tokens;
using Tessera.UnitTests.Feed;
using static System.Buffers.Text.Base64Url;

namespace Tessera.UnitTests.AspNetCore;

/// <summary>Keys that are fetched: rarely, from their issuer alone, and never in exchange for worse ones.</summary>
public sealed class IssuerKeyTests
{
    private readonly TestUserPools _pools = new();

    public static TheoryData<string> BadSets => [.. Bad()];

    [Fact]
    public async Task A_flood_of_unknown_keys_asks_the_issuer_once_in_30_seconds()
    {
        var good = _pools.Token(_pools.Vandelay);
        Assert.IsType<TokenVerdict.Accepted>(await VerifyAsync(good));
        Assert.Equal(1, _pools.Source.Asked);
        for (var halfMinute = 1; halfMinute <= 3; halfMinute++)
        {
            await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () => AssertRefused(TokenFailure.KeyNotOfPool, await VerifyAsync(Unknown(i))))));
            Assert.Equal(halfMinute, _pools.Source.Asked);
            _pools.Clock.Forward(TimeSpan.FromSeconds(24));
            AssertRefused(TokenFailure.KeyNotOfPool, await VerifyAsync(Unknown(-1)));
            Assert.Equal(halfMinute, _pools.Source.Asked);
            _pools.Clock.Forward(TimeSpan.FromSeconds(7));
            Assert.IsType<TokenVerdict.Accepted>(await VerifyAsync(good));
            AssertRefused(TokenFailure.KeyNotOfPool, await VerifyAsync(Unknown(-2)));
            Assert.Equal(halfMinute + 1, _pools.Source.Asked);
        }
    }

    [Fact]
    public async Task Callers_who_need_the_same_keys_wait_for_one_fetch()
    {
        var release = new TaskCompletionSource();
        _pools.Source.Until = release.Task;
        var verdicts = Enumerable.Range(0, 20).Select(_ => VerifyAsync(_pools.Token(_pools.Vandelay))).ToArray();
        release.SetResult();
        Assert.All(await Task.WhenAll(verdicts), verdict => Assert.IsType<TokenVerdict.Accepted>(verdict));
        Assert.Equal(1, _pools.Source.Asked);
    }

    [Fact]
    public async Task A_token_of_an_issuer_the_directory_does_not_know_makes_nobody_ask_it()
    {
        var token = _pools.Token(_pools.Vandelay, ("iss", "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_EvilEvil1"));
        AssertRefused(TokenFailure.IssuerMismatch, await VerifyAsync(token));
        Assert.Equal(0, _pools.Source.Asked);
    }

    [Fact]
    public async Task Keys_that_were_never_fetched_are_no_fault_of_the_token()
    {
        _pools.Source.Sets.Clear();
        AssertRefused(TokenFailure.KeysNotFetched, await VerifyAsync(_pools.Token(_pools.Vandelay)));
        Assert.True(TokenRefusal.IsOursAlone(TokenFailure.KeysNotFetched));
        Assert.False(TokenRefusal.IsOursAlone(TokenFailure.KeyNotOfPool));
    }

    [Theory, MemberData(nameof(BadSets))]
    public async Task A_set_that_is_no_good_takes_no_others_place(string bad)
    {
        var good = _pools.Token(_pools.Vandelay);
        Assert.IsType<TokenVerdict.Accepted>(await VerifyAsync(good));
        _pools.Source.Sets[_pools.Issuer] = bad;
        _pools.Clock.Forward(TimeSpan.FromMinutes(1));
        AssertRefused(TokenFailure.KeyNotOfPool, await VerifyAsync(Unknown(1)));
        Assert.Equal(2, _pools.Source.Asked);
        Assert.IsType<TokenVerdict.Accepted>(await VerifyAsync(_pools.Token(_pools.Vandelay)));
        Assert.False(KeySet.TryRead(bad, out _));
    }

    [Fact]
    public async Task A_key_that_is_withdrawn_is_refused_within_the_hour_and_a_new_one_is_found_at_once()
    {
        var old = _pools.Token(_pools.Vandelay, ("exp", _pools.Clock.GetUtcNow().AddHours(5).ToUnixTimeSeconds()));
        Assert.IsType<TokenVerdict.Accepted>(await VerifyAsync(old));
        _pools.Source.Sets[_pools.Issuer] = TestUserPools.Set(_pools.OtherKeys);
        _pools.Clock.Forward(TimeSpan.FromMinutes(61));
        await VerifyAsync(old); // finds that it is time to ask
        await Eventually.HoldsAsync(() => VerifyAsync(old).GetAwaiter().GetResult() is TokenVerdict.Refused { Failure: TokenFailure.KeyNotOfPool }, "the key to be gone");

        var fresh = _pools.OtherKeys.SignRsa(TestUserPools.Header(_pools.OtherKeys), _pools.Payload(_pools.Vandelay).ToJsonString());
        Assert.IsType<TokenVerdict.Accepted>(await VerifyAsync(fresh));
    }

    [Fact]
    public async Task A_start_with_everything_down_has_the_last_good_set_from_the_disk()
    {
        using var data = new TemporaryFolder();
        Assert.Null(Keys(data, _pools.Source).Of(_pools.Issuer));
        Assert.True(await Keys(data, _pools.Source).RefreshAsync(_pools.Issuer, default));

        var down = new TestIssuers();
        Assert.Equal(_pools.Keys.RsaKid, Assert.Single(Keys(data, down).Of(_pools.Issuer)!).Kid);
        Assert.Null(Keys(data, down).Of(_pools.OtherIssuer));
        var file = Assert.Single(Directory.GetFiles(data.Path, "*", SearchOption.AllDirectories));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        foreach (var spoilt in Bad())
        {
            await File.WriteAllTextAsync(file, spoilt);
            Assert.Null(Keys(data, down).Of(_pools.Issuer));
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{0}/moved\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n{1}")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n11170\r\n{1}")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"keys\"")]
    [InlineData("")]
    public async Task An_issuer_that_redirects_sends_too_much_or_takes_too_long_is_given_up(string answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        using var over = new CancellationTokenSource();
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var asked = 0;
        var serving = Task.Run(async () =>
        {
            while (true)
            {
                using var socket = await listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref asked);
                var text = answer.Replace("{0}", $"{port}", StringComparison.Ordinal).Replace("{1}", new string(' ', 70_000), StringComparison.Ordinal);
                await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));
                await Task.Delay(Timeout.Infinite, over.Token); // the connection stays open, and says no more
            }
        });
        using var client = new KeySetClient(KeySetClient.Direct());

        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => client.FetchAsync($"http://127.0.0.1:{port}/pool").WaitAsync(TimeSpan.FromMinutes(1)));

        Assert.True(refusal is HttpRequestException or OperationCanceledException, refusal.ToString());
        Assert.Equal(1, asked);
        Assert.False(serving.IsFaulted);
        await over.CancelAsync();
    }

    private static List<string> Bad()
    {
        var (one, other) = (new TestPool(default), new TestPool(default, TestPool.Another));
        var set = TestUserPools.Set(one);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var weak = RSA.Create(1024);
        var point = ec.ExportParameters(false).Q;
        return
        [
            "", "{}", "[]", "null", "{\"keys\":[]}", "{\"keys\":{}}", "{\"keys\":[{}]}", set[..^3], set.Replace("\"kid\"", "\"id\"", StringComparison.Ordinal),
            set.Replace("\"use\"", "\"d\":\"AQAB\",\"use\"", StringComparison.Ordinal), set.Replace("RS256", "HS256", StringComparison.Ordinal),
            TestUserPools.Set(one, other).Replace(other.RsaKid, one.RsaKid, StringComparison.Ordinal),
            set.Replace(one.Entry.Keys[1].N!, EncodeToString(weak.ExportParameters(false).Modulus!), StringComparison.Ordinal),
            $$"""{"keys":[{"kty":"EC","crv":"P-256","kid":"k","alg":"ES256","x":"{{EncodeToString(point.X!)}}","y":"{{EncodeToString(point.Y!)}}"}]}""",
        ];
    }

    private static IssuerKeys Keys(TemporaryFolder data, TestIssuers source) =>
        new(new KeySetClient(source), new KeySetFolder(data.Path), TimeProvider.System, NullLogger<IssuerKeys>.Instance);

    private string Unknown(int i) => TestPool.Sign($$"""{"kid":"unknown{{i}}","alg":"RS256"}""", _pools.Payload(_pools.Vandelay).ToJsonString(), _ => new byte[256]);

    private async Task<TokenVerdict> VerifyAsync(string token) => await _pools.Verifier.VerifyAsync(token, TestContext.Current.CancellationToken);

    private static void AssertRefused(TokenFailure failure, TokenVerdict verdict) => Assert.Equal(failure, Assert.IsType<TokenVerdict.Refused>(verdict).Failure);
}
