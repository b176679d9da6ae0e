using System.Collections.Concurrent;
using System.Net;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Moves;

/// <summary>One of a tenant's people, and all that was acknowledged to them.</summary>
internal sealed class Member(string name, string sub)
{
    public string Name => name;

    public string Sub => sub;

    /// <summary>The newest password that was acknowledged.</summary>
    public string Password { get; set; } = Deployment.Password;

    /// <summary>Passwords that ended with an acknowledged change.</summary>
    public List<string> Former { get; } = [];

    /// <summary>The last good refresh token and session.</summary>
    public TokenSet? Tokens { get; set; }

    /// <summary>Refresh tokens whose revocation was acknowledged.</summary>
    public List<string> Revoked { get; } = [];
}

/// <summary>
/// The people of one tenant at work: they sign in, refresh, have their passwords changed and revoke. Each is worked by one
/// worker at a time, so what was acknowledged is known exactly; whatever is not answered well is a failure.
/// </summary>
internal sealed class People(Deployment at, DemoTenant tenant, IReadOnlyList<Member> members)
{
    private readonly ConcurrentQueue<Member> _idle = new(members);
    private readonly ConcurrentQueue<string> _failures = new();
    private int _signIns;
    private int _refreshes;
    private int _changes;
    private int _putOff;
    private int _revocations;

    public IReadOnlyCollection<string> Failures => _failures;

    public string Told => $"{_signIns} sign-ins, {_refreshes} refreshes, {_changes} passwords changed ({_putOff} put off and done again), {_revocations} revocations, {_failures.Count} failures";

    public int Done => _signIns + _refreshes + _changes + _revocations;

    public Task WorkAsync(int atOnce, CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, atOnce).Select(worker => Task.Run(async () =>
    {
        var turn = worker;
        while (!stop.IsCancellationRequested && _idle.TryDequeue(out var member))
        {
            try
            {
                await StepAsync(member, turn++);
            }
            catch (Exception e)
            {
                _failures.Enqueue($"{DateTime.UtcNow:HH:mm:ss.fff} {member.Name}: {e.Message}");
            }

            _idle.Enqueue(member);
        }
    }, CancellationToken.None)));

    /// <summary>All that was acknowledged is so, whoever houses the tenant now.</summary>
    public async Task DemandEverythingAsync()
    {
        await Parallel.ForEachAsync(members, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (member, _) =>
        {
            var tokens = await at.TokensAsync(tenant, member.Name, member.Password);
            Assert.Equal(member.Sub, TokenSet.Claims(tokens.Access).GetProperty("sub").GetString());
            foreach (var former in member.Former.TakeLast(1))
            {
                Assert.Null(await at.Visitor.SignInAsync(tenant, member.Name, former));
            }

            foreach (var revoked in member.Revoked)
            {
                using var refused = await at.Visitor.RefreshAsync(at.AuthHost, tenant, revoked);
                Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            }

            if (member.Tokens is { } kept)
            {
                Assert.NotNull(await at.Visitor.CodeAsync(tenant, kept.Cookie)); // signed in still
                using var refreshed = await at.Visitor.RefreshAsync(at.AuthHost, tenant, kept.Refresh);
                member.Tokens = await TokenSet.ReadAsync(refreshed, kept.Cookie);
            }
        });
    }

    private Task StepAsync(Member member, int turn) => (turn % 8, member.Tokens) switch
    {
        (_, null) or (0, _) => SignInAsync(member),
        (3, _) => ChangePasswordAsync(member),
        (6, { } tokens) => RevokeAsync(member, tokens),
        (_, { } tokens) => RefreshAsync(member, tokens),
    };

    private async Task SignInAsync(Member member)
    {
        member.Tokens = await at.TokensAsync(tenant, member.Name, member.Password);
        Interlocked.Increment(ref _signIns);
    }

    private async Task RefreshAsync(Member member, TokenSet tokens)
    {
        using var response = await at.Visitor.RefreshAsync(at.AuthHost, tenant, tokens.Refresh);
        member.Tokens = await TokenSet.ReadAsync(response, tokens.Cookie);
        using var info = await at.Visitor.GetAsync($"{at.AuthHost}/{tenant.Realm}/oauth2/userInfo", bearer: tokens.Access); // of the token before, whichever pool signed it
        Assert.Equal(HttpStatusCode.OK, info.StatusCode);
        Interlocked.Increment(ref _refreshes);
    }

    // A new password ends the person's sessions. The operator who is told to try again does.
    private async Task ChangePasswordAsync(Member member)
    {
        var next = $"password {Guid.NewGuid():N}";
        for (var tries = 0; ; tries++)
        {
            var (status, answer) = await at.Admin.PatchAsync($"/tenants/{tenant.TenantId}/users/{member.Sub}", new { password = next });
            if (status == HttpStatusCode.OK)
            {
                break;
            }

            Assert.True(status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.Conflict && tries < 40, $"a new password: {(int)status} {answer}");
            Interlocked.Increment(ref _putOff);
            await Task.Delay(250);
        }

        member.Former.Add(member.Password);
        (member.Password, member.Tokens) = (next, null);
        Interlocked.Increment(ref _changes);
    }

    private async Task RevokeAsync(Member member, TokenSet tokens)
    {
        using var response = await at.Visitor.PostAsync(
            $"{at.AuthHost}/{tenant.Realm}/oauth2/revoke", new Dictionary<string, string> { ["token"] = tokens.Refresh, ["client_id"] = tenant.ClientId });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        member.Revoked.Add(tokens.Refresh);
        member.Tokens = null;
        Interlocked.Increment(ref _revocations);
    }
}
