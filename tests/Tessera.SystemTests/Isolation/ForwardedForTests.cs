using System.Net;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>Where a request comes from is what the router saw. A caller's word for it, well formed or not, changes no decision.</summary>
[Collection(DemoCollection.Name)]
public sealed class ForwardedForTests(Demo demo)
{
    private static readonly (string Name, string Value)[] Forms =
    [
        ("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-For", "203.0.113.8, 198.51.100.1"), ("X-Forwarded-For", "unknown"), ("X-Forwarded-For", "203.0.113.9:port"), ("X-Forwarded-For", "[2001:db8::1"),
        ("X-Forwarded-For", ",,,"), ("X-Forwarded-For", new string('9', 400)), ("X-Forwarded-For", "127.0.0.1"), ("X-Real-IP", "203.0.113.10"), ("Forwarded", "for=203.0.113.11"), ("X-Original-For", "203.0.113.12"), ("True-Client-IP", "203.0.113.13"),
    ];

    [Fact]
    public async Task Guessing_is_counted_by_the_source_the_router_saw_whatever_the_caller_says()
    {
        var acme = await Party.OfDemoAsync(demo, "acme");
        // A source of this test's own, as the count stays for ten minutes.
        using var visitor = new Visitor(IPAddress.Parse("127.0.0.61"));
        var statuses = new List<HttpStatusCode>();
        foreach (var form in Forms)
        {
            using var response = await GuessAsync(visitor, acme, form);
            statuses.Add(response.StatusCode);
        }

        Assert.Equal(Enumerable.Repeat(HttpStatusCode.TooManyRequests, 2), statuses.TakeLast(2));
        Assert.DoesNotContain(HttpStatusCode.TooManyRequests, statuses.SkipLast(2));

        // And nobody else is locked out by having been named.
        using var other = new Visitor(IPAddress.Parse("127.0.0.62"));
        using var fresh = await GuessAsync(other, acme, ("Accept", "*/*"));
        Assert.NotEqual(HttpStatusCode.TooManyRequests, fresh.StatusCode);
    }

    private static Task<HttpResponseMessage> GuessAsync(Visitor visitor, Party party, (string Name, string Value) form)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{party.Tenant.SignInHost}/device") { Content = new FormUrlEncodedContent([new("user_code", "BBBB-BBBB")]) };
        return visitor.SendAsync(request, headers: form);
    }
}
