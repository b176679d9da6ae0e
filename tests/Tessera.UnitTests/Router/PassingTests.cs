using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Tessera.UnitTests.Router;

/// <summary>What is large, long or slow.</summary>
public sealed class PassingTests : IAsyncLifetime
{
    private RouterHost _router = null!;

    public async ValueTask InitializeAsync() => _router = await RouterHost.StartAsync("WebSocketIdleSeconds=5");

    public ValueTask DisposeAsync() => _router.DisposeAsync();

    [Fact]
    public async Task A_web_socket_reaches_the_cell_and_bytes_go_both_ways()
    {
        _router.Eu.Special["/live"] = async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[1024];
            while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } message)
            {
                await socket.SendAsync(buffer.AsMemory(0, message.Count), WebSocketMessageType.Text, true, context.RequestAborted);
            }

            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
        };
        using var client = new ClientWebSocket();
        client.Options.SetRequestHeader("Host", RouterHost.AcmeHost);
        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{_router.Address.Port}/live"), default);
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync(Encoding.ASCII.GetBytes($"hello {i}"), WebSocketMessageType.Text, true, default);
            var buffer = new byte[100];
            var answer = await client.ReceiveAsync(buffer, default);
            Assert.Equal($"hello {i}", Encoding.ASCII.GetString(buffer, 0, answer.Count));
        }

        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_large_body_passes_as_it_is(bool chunked)
    {
        _router.Eu.Special["/upload"] = async context =>
            await context.Response.WriteAsJsonAsync(new { hash = Convert.ToHexString(await SHA256.HashDataAsync(context.Request.Body)) });
        var bytes = RandomNumberGenerator.GetBytes(8 * 1024 * 1024);
        using var content = new StreamContent(new MemoryStream(bytes));
        content.Headers.ContentLength = chunked ? null : bytes.Length;
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = _router.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/upload") { Content = content };
        request.Headers.Host = RouterHost.AcmeHost;
        request.Headers.TransferEncodingChunked = chunked;
        using var answer = await client.SendAsync(request);
        Assert.Contains(Convert.ToHexString(SHA256.HashData(bytes)), await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_sends_a_body_too_slowly_is_cut_off_and_the_cell_sees_nothing_of_it()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _router.Address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /login HTTP/1.1\r\nHost: {RouterHost.AcmeHost}\r\nContent-Length: 10000\r\n\r\na=b"));
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Contains("body_too_slow", answer, StringComparison.Ordinal);
        Assert.Equal(0, _router.Eu.Requests);
    }
}
