using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Tessera.ControlPlane.Http;

namespace Tessera.UnitTests.ControlPlane;

public sealed class RefusalsTests
{
    [Fact]
    public async Task A_deadline_of_ours_is_told_as_one_and_whoever_hung_up_is_told_nothing()
    {
        Assert.Equal((503, "making_expired"), await RefuseAsync(hungUp: false));
        Assert.Equal((200, null), await RefuseAsync(hungUp: true));
    }

    private static async Task<(int Status, string? Code)> RefuseAsync(bool hungUp)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var body = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = services, Response = { Body = body }, RequestAborted = new CancellationToken(hungUp) };
        Assert.True(await new Refusals(NullLogger<Refusals>.Instance).TryHandleAsync(http, new OperationCanceledException(), TestContext.Current.CancellationToken));
        return (http.Response.StatusCode, body.Length == 0 ? null : (string?)JsonNode.Parse(body.ToArray())!["code"]);
    }
}
