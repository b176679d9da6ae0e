using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Tessera.AspNetCore.Hubs;

namespace Tessera.UnitTests.AspNetCore.Hubs;

/// <summary>A token in a WebSocket handshake, as a browser has to bring it, and the ways it must not be brought.</summary>
public sealed class WebSocketTokenTests : IAsyncLifetime
{
    private LiveHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await LiveHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_subprotocol_brings_the_token_and_the_answer_does_not_repeat_it()
    {
        using var socket = await ConnectAsync("/board", [WebSocketToken.SubProtocol, WebSocketToken.Prefix + Token]);
        Assert.Equal("tessera", socket.SubProtocol);
        await SendAsync(socket, """{"protocol":"json","version":1}""");
        await SendAsync(socket, """{"type":1,"invocationId":"1","target":"Who","arguments":[]}""");
        var completion = await CompletionAsync(socket);
        Assert.Equal(_host.Directory.Acme.TenantId.ToString(), completion.GetProperty("result").GetString());
    }

    [Fact]
    public async Task A_token_in_the_query_is_none()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync($"/board?access_token={Token}", []));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("/board", [WebSocketToken.SubProtocol]));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("/board", [WebSocketToken.SubProtocol, WebSocketToken.Prefix + "rubbish"]));
    }

    [Fact]
    public async Task Two_tokens_are_none()
    {
        var other = _host.Directory.Token(_host.Directory.Globex);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("/board", [WebSocketToken.SubProtocol, WebSocketToken.Prefix + Token, WebSocketToken.Prefix + other]));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("/board", [WebSocketToken.SubProtocol, WebSocketToken.Prefix + Token], $"Bearer {other}"));
    }

    [Fact]
    public async Task Outside_of_a_handshake_a_subprotocol_is_no_credential()
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{_host.Http1}/events");
        request.Headers.Add("Sec-WebSocket-Protocol", WebSocketToken.Prefix + Token);
        using var response = await client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Other_transports_are_not_there()
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{_host.Http1}/board");
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.Authorization = new("Bearer", Token);
        using var response = await client.SendAsync(request, Cancellation);
        Assert.False(response.IsSuccessStatusCode);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Token => _host.Directory.Token(_host.Directory.Acme);

    private async Task<ClientWebSocket> ConnectAsync(string path, string[] protocols, string? authorization = null, ClientWebSocket? socket = null)
    {
        socket ??= new ClientWebSocket();
        foreach (var protocol in protocols)
        {
            socket.Options.AddSubProtocol(protocol);
        }

        if (authorization is not null)
        {
            socket.Options.SetRequestHeader("Authorization", authorization);
        }

        await socket.ConnectAsync(new Uri(_host.Http1.Replace("http", "ws", StringComparison.Ordinal) + path), Cancellation);
        return socket;
    }

    private async Task<HttpStatusCode> StatusAsync(string path, string[] protocols, string? authorization = null)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(path, protocols, authorization, socket));
        return socket.HttpStatusCode;
    }

    private static Task SendAsync(ClientWebSocket socket, string message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message + '\u001e'), WebSocketMessageType.Text, endOfMessage: true, Cancellation);

    private static async Task<JsonElement> CompletionAsync(ClientWebSocket socket)
    {
        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, Cancellation);
            text.Append(Encoding.UTF8.GetString(buffer, 0, received.Count));
            var messages = text.ToString().Split('\u001e')[..^1].Select(message => JsonElement.Parse(message)).ToList();
            if (messages.FirstOrDefault(message => message.TryGetProperty("type", out var type) && type.GetInt32() == 3) is { ValueKind: JsonValueKind.Object } completion)
            {
                return completion;
            }
        }
    }
}
