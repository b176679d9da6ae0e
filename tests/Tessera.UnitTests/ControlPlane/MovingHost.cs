using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Revocations;
using Tessera.ControlPlane.Moves;

namespace Tessera.UnitTests.ControlPlane;

/// <summary>Two cells and a tenant with rows in the first; intents of a test about its moves.</summary>
internal sealed class MovingHost : IAsyncDisposable
{
    private MovingHost(ControlHost control) => Control = control;

    public ControlHost Control { get; }

    public TestCell Source { get; private set; } = null!;

    public TestCell Target { get; private set; } = null!;

    public string Tenant { get; private set; } = "";

    public string Realm { get; private set; } = "";

    public static async Task<MovingHost> StartAsync(string store, string pattern = "hybrid", int rows = 10)
    {
        var host = new MovingHost(await ControlHost.StartAsync(store));
        host.Source = await host.Control.JoinAsync();
        var made = await host.Control.OnboardAsync("acme", pattern);
        Assert.Equal(HttpStatusCode.Created, made.Status);
        host.Tenant = (string)made.Body!["tenant"]!["tenant_id"]!;
        host.Realm = (string)made.Body["tenant"]!["realm"]!;
        host.Target = await host.Control.JoinAsync("us-1", "us-east-1");
        for (var i = 0; i < rows; i++)
        {
            Assert.True(host.Source.TryWrite(host.Realm, "accounts", $"account-{i:D3}", $"person {i}"));
        }

        Assert.True(host.Source.TryWrite(host.Realm, "sessions", "session-1", "of person 1"));
        return host;
    }

    public Task<Answer> MoveAsync(object? body = null, string? key = null) =>
        Control.SendAsync(HttpMethod.Post, $"/tenants/{Tenant}/moves", body ?? new { to = "us-1" }, key);

    /// <summary>A cell tells that a person's tokens for the tenant are no longer good.</summary>
    public async Task RevokeAsync(TestCell cell, string subject)
    {
        Assert.True(TenantId.TryParse(Tenant, out var tenant));
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var statement = new CellStatement(cell.Id, cell.ControlKey!.Kid, now, [new RevocationNotice(tenant, subject, now)]).Sign(cell.Identity);
        Assert.Equal(HttpStatusCode.NoContent, (await Control.SendAsync(HttpMethod.Post, $"/cells/{cell.Id}/revocations", new { statement }, key: "")).Status);
    }

    /// <summary>Goes on with another tenant in the first cell, with rows like the first's.</summary>
    public async Task AnotherAsync(string slug)
    {
        (Source.Fault, Target.Fault) = (_ => Task.FromResult<int?>(null), _ => Task.FromResult<int?>(null));
        Tenant = await NeighbourAsync(slug);
        Realm = (string)(await TenantAsync())["realm"]!;
        Assert.True(Source.TryWrite(Realm, "accounts", "account-000", "person"));
    }

    /// <summary>Another tenant in the first cell.</summary>
    public async Task<string> NeighbourAsync(string slug)
    {
        var body = ControlHost.Onboarding(slug);
        body["cell"] = Source.Id.Value;
        return (string)(await Control.SendAsync(HttpMethod.Post, "/tenants", body)).Body!["tenant"]!["tenant_id"]!;
    }

    /// <summary>Holds a step at its cell up until the test says so; completes when it is reached.</summary>
    public Task HoldAsync(string step, Task until)
    {
        var reached = new TaskCompletionSource();
        Source.Fault = Target.Fault = async call =>
        {
            if (IsStep(call, step))
            {
                reached.TrySetResult();
                await until;
            }

            return null;
        };
        return reached.Task;
    }

    /// <param name="step">The end of a path, with the method before it where that matters: <c>DELETE /arrival</c>.</param>
    public static bool IsStep(string call, string step)
    {
        var (method, path) = step.Split(' ') is [var one, var other] ? (one, other) : (null, step);
        return call.Contains("/moves/", StringComparison.Ordinal) && call.EndsWith(path, StringComparison.Ordinal)
            && (method is null || call.StartsWith(method, StringComparison.Ordinal));
    }

    /// <summary>Plans a move and answers its id.</summary>
    public async Task<string> PlannedAsync(object? body = null)
    {
        var answer = await MoveAsync(body);
        Assert.True(answer.Status == HttpStatusCode.Accepted, $"{answer.Status} {answer.Body}");
        return (string)answer.Body!["move_id"]!;
    }

    public async Task<JsonNode> ViewAsync(string move) => (await Control.GetAsync($"/moves/{move}")).Body!;

    public async Task<string> StateAsync(string move) => (string)(await ViewAsync(move))["state"]!;

    public async Task<JsonNode> TenantAsync() => (await Control.GetAsync($"/tenants/{Tenant}")).Body!;

    public Task UntilAsync(string move, params string[] states) =>
        ControlHost.EventuallyAsync(async () => await StateAsync(move) is var state && states.Contains(state));

    /// <summary>Moves it and waits until it lives at the target and the source says so.</summary>
    public async Task<string> MovedAsync(object? body = null)
    {
        var move = await PlannedAsync(body);
        await UntilAsync(move, "purging", "purged");
        return move;
    }

    public MoveJournal Journal => Control.Services.GetRequiredService<MoveJournal>();

    public static MoveId Id(string move) => MoveId.TryParse(move, out var id) ? id : throw new FormatException(move);

    /// <summary>One writer, where the directory says the tenant lives, with every row that was ever acknowledged.</summary>
    public async Task AssertLivesAsync(TestCell here, TestCell notThere, int rows = 11)
    {
        Assert.Equal(here.Id.Value, (string?)(await TenantAsync())["cell"]);
        Assert.True(here.TryWrite(Realm, "sessions", "probe", "x"));
        Assert.False(notThere.TryWrite(Realm, "sessions", "probe", "x"));
        Assert.Equal(rows + 1, here.RowsOf(Realm).Count);
    }

    public ValueTask DisposeAsync() => Control.DisposeAsync();
}
