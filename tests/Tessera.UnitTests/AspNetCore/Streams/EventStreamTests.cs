using System.Net.Http.Headers;

namespace Tessera.UnitTests.AspNetCore.Streams;

/// <summary>A long answer of plain HTTP that says it ends with its token.</summary>
public sealed class EventStreamTests
{
    [Fact]
    public async Task An_event_stream_is_cut_when_the_person_is_revoked_and_not_before()
    {
        await using var host = await LiveHost.StartAsync();
        using var client = new HttpClient();
        var request = new HttpRequestMessage(HttpMethod.Get, $"{host.Http1}/events");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", host.Directory.Token(host.Directory.Acme));
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        for (var lines = 0; lines < 100; lines++)
        {
            Assert.NotNull(await reader.ReadLineAsync(Cancellation));
        }

        host.Revoke(host.Directory.Acme);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (await reader.ReadLineAsync(patience.Token) is not null)
            {
            }
        });
        Assert.False(patience.IsCancellationRequested);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
