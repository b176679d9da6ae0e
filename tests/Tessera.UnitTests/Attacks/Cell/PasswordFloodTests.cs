using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Cell.Store;
using Tessera.UnitTests.Cell;

namespace Tessera.UnitTests.Attacks.Cell;

/// <summary>Nobody buys the cell's work with long strings.</summary>
public sealed class PasswordFloodTests(SqliteCell fixture, ITestOutputHelper output) : CellTests(fixture), IClassFixture<SqliteCell>
{
    private const int Requests = 1_000;
    private static readonly byte[] Megabyte = [.. "username=ada%40example.com&password="u8, .. Enumerable.Repeat((byte)'p', 1024 * 1024)];

    [Fact]
    public async Task A_thousand_passwords_of_a_megabyte_are_refused_unread_and_others_sign_in_meanwhile()
    {
        var (answered, cut, signedIn) = (0, 0, 0);
        var before = await CountAsync();
        var flood = Parallel.ForEachAsync(Enumerable.Range(0, Requests), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, cancellation) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{Acme.SignIn}/login{Acme.AuthorizeQuery()}") { Content = new ByteArrayContent(Megabyte) };
            request.Content.Headers.ContentType = new("application/x-www-form-urlencoded");
            request.Headers.ConnectionClose = true;
            try
            {
                using var response = await Cell.Http.SendAsync(request, cancellation);
                Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
                Interlocked.Increment(ref answered);
            }
            catch (HttpRequestException)
            {
                Interlocked.Increment(ref cut); // answered before all of it was sent, and closed
            }
        });
        while (!flood.IsCompleted)
        {
            Assert.NotNull(await Globex.SignInAsync(Ada, GlobexPassword));
            signedIn++;
        }

        await flood;
        Assert.Equal(Requests, answered + cut);
        Assert.True(signedIn > 0);
        Assert.Equal(before, await CountAsync()); // no sign-in of acme's was even tried
        output.WriteLine($"{Requests} passwords of a megabyte: {answered} answered 413, {cut} cut off; {signedIn} others signed in meanwhile");
    }

    [Theory]
    [InlineData(257)]
    [InlineData(1_000)]
    [InlineData(60_000)]
    public async Task A_password_longer_than_any_can_be_is_refused_before_it_is_hashed(int length)
    {
        var before = await CountAsync();
        using var response = await Acme.PostAsync($"{Acme.SignIn}/login{Acme.AuthorizeQuery()}", new() { ["username"] = Ada, ["password"] = new string('p', length) });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal((before.Malformed + 1, before.Wrong), await CountAsync());
    }

    [Fact]
    public async Task A_user_name_longer_than_any_can_be_is_not_even_looked_up()
    {
        var before = await CountAsync();
        using var response = await Acme.PostAsync($"{Acme.SignIn}/login{Acme.AuthorizeQuery()}", new() { ["username"] = new string('a', 60_000), ["password"] = "x" });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal((before.Malformed + 1, before.Wrong), await CountAsync());
    }

    private async Task<(int Malformed, int Wrong)> CountAsync()
    {
        await using var db = Cell.Services.GetRequiredService<CellStore>().Open(RowsOf.InRealm(Acme.Realm, 0));
        return (await db.Audit.CountAsync(row => row.Event == "sign_in.rejected" && row.Detail == "malformed"), await db.Audit.CountAsync(row => row.Event == "sign_in.rejected" && row.Detail != "malformed"));
    }
}
