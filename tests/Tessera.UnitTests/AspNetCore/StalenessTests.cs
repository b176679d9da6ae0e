using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tessera.AspNetCore;
using Tessera.AspNetCore.Declarations;
using Tessera.AspNetCore.Tokens;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Wire;
using Tessera.Feed;
using Tessera.Postgres.Tenants;
using Tessera.UnitTests.Feed;

namespace Tessera.UnitTests.AspNetCore;

/// <summary>What an API answers by when the directory is down: what it last heard, for as long as that was chosen, and never by less than was demanded.</summary>
public sealed class StalenessTests : IAsyncLifetime
{
    private readonly TestDirectory _directory = new();
    private readonly FeedSource _source = new();
    private readonly TemporaryFolder _data = new();
    private TimeSpan _ahead;

    public async ValueTask InitializeAsync()
    {
        // The whole directory is one page; then there is no news, which is said each time.
        _source.Forge = after => _source.Sign(new FeedPage(
            after, 1, false, [], after == 0 ? [_directory.Pool.Entry] : [], after == 0 ? [_directory.Acme] : [], [], [], (DateTimeOffset.UtcNow + _ahead).ToUnixTimeSeconds()));
        await _source.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task With_every_directory_server_down_an_API_starts_and_answers_from_its_last_copy()
    {
        await using (var api = await StartAsync())
        {
            await api.HearsAsync();
        }

        await _source.StopAsync();
        await using var alone = await StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await alone.AskAsync(_directory.Token(_directory.Acme))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await alone.AskAsync(_directory.Token(_directory.Globex))).Status);
    }

    [Fact]
    public async Task After_an_hour_without_the_directory_a_caller_is_told_to_try_again_and_let_in_when_it_is_back()
    {
        await using var api = await StartAsync();
        await api.HearsAsync();
        await _source.StopAsync();
        var token = _directory.Token(_directory.Acme, "exp", DateTimeOffset.UtcNow.AddHours(9).ToUnixTimeSeconds());
        api.Time.Forward(TimeSpan.FromMinutes(58));
        Assert.Equal(HttpStatusCode.OK, (await api.AskAsync(token)).Status);

        api.Time.Forward(TimeSpan.FromMinutes(4));
        var refused = await api.AskAsync(token);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5", "verification_unavailable"), (refused.Status, refused.RetryAfter, refused.Code));
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.AskAsync("rubbish.rubbish.rubbish")).Status); // that is not worth another try
        _ahead = TimeSpan.FromMinutes(62);
        await _source.StartAsync();
        await Eventually.HoldsAsync(() => api.AskAsync(token).GetAwaiter().GetResult().Status == HttpStatusCode.OK, "the directory to be back");
    }

    [Fact]
    public async Task Nothing_is_answered_by_a_copy_below_the_least_revision()
    {
        await using var api = await StartAsync(options => options.LeastRevision = 2);
        await api.HearsAsync();
        Assert.Equal("verification_unavailable", (await api.AskAsync(_directory.Token(_directory.Acme))).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.AskAsync(null)).Status); // who brings nothing is told what to bring
    }

    [Fact]
    public async Task Nothing_is_answered_before_there_is_a_copy()
    {
        await _source.StopAsync();
        await using var api = await StartAsync();
        Assert.Equal("verification_unavailable", (await api.AskAsync(_directory.Token(_directory.Acme))).Code);
    }

    [Fact]
    public void How_stale_the_directory_may_be_is_chosen()
    {
        var clock = new MovableTime();
        var token = _directory.Token(_directory.Acme, "exp", DateTimeOffset.UtcNow.AddYears(2).ToUnixTimeSeconds());
        TokenVerdict Verify(TimeSpan? most) => new TokenVerifier(
            _directory.Map, new TesseraOptions { Audience = TestDirectory.Audience, MostStaleness = most }, clock).Verify(token);
        clock.Forward(TimeSpan.FromMinutes(3));
        Assert.Equal(new TokenVerdict.Refused(TokenFailure.DirectoryStale), Verify(TimeSpan.FromMinutes(1)));
        Assert.IsType<TokenVerdict.Accepted>(Verify(TimeSpan.FromMinutes(5)));
        clock.Forward(TimeSpan.FromDays(365));
        Assert.IsType<TokenVerdict.Accepted>(Verify(null));
    }

    [Fact]
    public void A_directory_that_never_said_its_time_is_taken_for_stale()
    {
        var map = new DirectoryMap();
        map.Apply(new FeedPage(0, 1, false, [], [_directory.Pool.Entry], [_directory.Acme], [], []));
        var verifier = new TokenVerifier(map, new TesseraOptions { Audience = TestDirectory.Audience }, TimeProvider.System);
        Assert.Equal(new TokenVerdict.Refused(TokenFailure.DirectoryStale), verifier.Verify(_directory.Token(_directory.Acme)));
    }

    private async Task<Api> StartAsync(Action<TesseraOptions>? change = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var time = new MovableTime();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddTessera(options =>
        {
            options.ControlPlane = _source.Address;
            options.FeedKey = _source.Key;
            options.DirectoryKey = JsonSerializer.Serialize(_source.Signer.Public, WireJson.Default.PublicJwk);
            options.Data = _data.Path;
            options.Audience = TestDirectory.Audience;
            change?.Invoke(options);
        });
        var app = builder.Build();
        app.UseAuthentication();
        app.UseTessera();
        app.UseAuthorization();
        app.MapGet("/who", (TenantScope scope) => scope.Tenant.ToString()).RequireTenant();
        await app.StartAsync();
        return new Api(app, time);
    }

    private sealed record Reply(HttpStatusCode Status, string? RetryAfter, string? Code);

    private sealed class Api(WebApplication app, MovableTime time) : IAsyncDisposable
    {
        private readonly HttpClient _http = new() { BaseAddress = new Uri(app.Urls.Single()) };

        public MovableTime Time { get; } = time;

        public async Task HearsAsync()
        {
            var map = app.Services.GetRequiredService<DirectoryMap>();
            await Eventually.HoldsAsync(() => map is { Revision: 1, HeardAt: not null }, "the directory");
        }

        public async Task<Reply> AskAsync(string? token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/who");
            request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
            using var response = await _http.SendAsync(request);
            var body = await response.Content.ReadAsStringAsync();
            var isProblem = response.Content.Headers.ContentType?.MediaType == "application/problem+json";
            return new Reply(response.StatusCode, response.Headers.RetryAfter?.ToString(), isProblem ? JsonElement.Parse(body).GetProperty("code").GetString() : null);
        }

        public async ValueTask DisposeAsync()
        {
            _http.Dispose();
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }
}
