using System.Collections.Concurrent;
using System.Net;

namespace Tessera.UnitTests.AspNetCore;

/// <summary>Answers for issuers that publish keys, and counts how often it was asked.</summary>
internal sealed class TestIssuers : HttpMessageHandler
{
    private int _asked;

    /// <summary>What each issuer sends; one that has nothing is down.</summary>
    public ConcurrentDictionary<string, string> Sets { get; } = new();

    public int Asked => _asked;

    /// <summary>Holds every answer back until it is done.</summary>
    public Task Until { get; set; } = Task.CompletedTask;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        await Until.WaitAsync(cancellationToken);
        const string below = "/.well-known/jwks.json";
        var uri = request.RequestUri!.AbsoluteUri;
        Assert.EndsWith(below, uri, StringComparison.Ordinal);
        return Sets.TryGetValue(uri[..^below.Length], out var set)
            ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(set) }
            : throw new HttpRequestException("down");
    }
}
