using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using Tessera.Contracts.Ids;
using Tessera.Postgres.Tenants;

namespace Tessera.UnitTests.AspNetCore.Hubs;

/// <summary>A hub as somebody writes it who never thinks of tenants.</summary>
internal sealed class BoardHub(TenantScope scope, Departures departures) : Hub
{
    public override Task OnConnectedAsync() => Clients.Caller.SendAsync("posted", $"welcome to {scope.Tenant}");

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        departures.Add(scope.Tenant);
        return Task.CompletedTask;
    }

    public string Who() => scope.Tenant.ToString();

    public Task Join(string board) => Groups.AddToGroupAsync(Context.ConnectionId, board);

    public Task Invite(string connection, string board) => Groups.AddToGroupAsync(connection, board);

    public Task Post(string board, string text) => Clients.Group(board).SendAsync("posted", text);

    public Task PostToAll(string text) => Clients.All.SendAsync("posted", text);

    public Task PostToOthers(string text) => Clients.Others.SendAsync("posted", text);

    public Task PostToUser(string subject, string text) => Clients.User(subject).SendAsync("posted", text);

    public Task PostToConnection(string connection, string text) => Clients.Client(connection).SendAsync("posted", text);

    public string Connection() => Context.ConnectionId;

    public string ForTenant(string tenantId) => scope.IsSet ? tenantId : "";

    public string ForNote(Note note) => scope.IsSet ? note.Text : "";

    public IAsyncEnumerable<string> FollowTenant(string tenant, CancellationToken stop) => tenant.Length > 0 ? Follow(stop) : Follow(new CancellationToken(canceled: true));

    public async IAsyncEnumerable<string> Follow([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            yield return scope.Tenant.ToString();
            await Task.Delay(20, CancellationToken.None);
        }
    }

    internal sealed record Note(string Text, TenantId? TenantId);
}

/// <summary>What a board tells those at it; public, as SignalR implements it itself.</summary>
public interface IBoardListener
{
    Task Posted(string text);
}

/// <summary>The same with clients of a type.</summary>
internal sealed class TypedBoardHub : Hub<IBoardListener>
{
    public Task PostToAll(string text) => Clients.All.Posted(text);
}

/// <summary>A hub that was opened to everybody by writing it.</summary>
[AllowAnonymous]
internal sealed class OpenHub(TenantScope scope) : Hub
{
    public bool HasTenant() => scope.IsSet;
}
