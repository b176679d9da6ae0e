using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
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

    [Fact]
    public async Task A_store_that_is_away_or_full_is_told_as_such_and_a_fault_in_what_it_was_asked_is_ours()
    {
        Assert.Equal((503, "store_unavailable"), await RefuseAsync(hungUp: false, new SqliteException("database or disk is full", 13)));
        Assert.Equal((503, "store_unavailable"), await RefuseAsync(hungUp: false, new InvalidOperationException("transient", new NpgsqlException("refused"))));
        Assert.Equal((503, "store_unavailable"), await RefuseAsync(hungUp: false, new PostgresException("disk full", "ERROR", "ERROR", "53100")));
        Assert.Equal((500, "internal"), await RefuseAsync(hungUp: false, new DbUpdateException("not null", new SqliteException("constraint", 19))));
        Assert.Equal((500, "internal"), await RefuseAsync(hungUp: false, new PostgresException("syntax", "ERROR", "ERROR", "42601")));
    }

    private static async Task<(int Status, string? Code)> RefuseAsync(bool hungUp, Exception? failure = null)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var body = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = services, Response = { Body = body }, RequestAborted = new CancellationToken(hungUp) };
        Assert.True(await new Refusals(NullLogger<Refusals>.Instance).TryHandleAsync(http, failure ?? new OperationCanceledException(), TestContext.Current.CancellationToken));
        return (http.Response.StatusCode, body.Length == 0 ? null : (string?)JsonNode.Parse(body.ToArray())!["code"]);
    }
}
