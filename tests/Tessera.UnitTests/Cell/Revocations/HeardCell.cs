using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tessera.Cell.Keys;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Revocations;

namespace Tessera.UnitTests.Cell.Revocations;

/// <summary>A cell, and a control plane that hears it: it takes what the cell has signed for it and nothing else.</summary>
public abstract class HeardCell : CellFixture
{
    private readonly Channel<RevocationNotice> _heard = Channel.CreateUnbounded<RevocationNotice>();
    private readonly int _port = FreePort.Next();
    private WebApplication? _ear;

    /// <summary>How many statements came.</summary>
    public int Statements { get; private set; }

    public HttpStatusCode Answer { get; set; } = HttpStatusCode.NoContent;

    protected string ControlPlane => $"--Cell:ControlPlane=http://127.0.0.1:{_port}";

    /// <summary>The next notice; fails after ten seconds.</summary>
    internal async Task<RevocationNotice> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return await _heard.Reader.ReadAsync(patience.Token);
    }

    /// <summary>What has been heard and not been asked for.</summary>
    internal List<RevocationNotice> Rest()
    {
        var rest = new List<RevocationNotice>();
        while (_heard.Reader.TryRead(out var notice))
        {
            rest.Add(notice);
        }

        return rest;
    }

    public async Task ComeBackAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{_port}");
        _ear = builder.Build();
        _ear.MapPost("/cells/{cell}/revocations", Hear);
        await _ear.StartAsync();
    }

    public async Task GoAwayAsync()
    {
        await _ear!.DisposeAsync();
        _ear = null;
    }

    private IResult Hear(string cell, CellTelling telling)
    {
        Statements++;
        Assert.True(CellId.TryParse(cell, out var id));
        var key = Cell.Services.GetRequiredService<CellKeys>().Identity.Public;
        if (CellStatement.Open(telling.Statement, key, id, Cell.Control.Public.Kid, Cell.Time.GetUtcNow()) is not { } statement)
        {
            return Results.StatusCode(401);
        }

        if (Answer == HttpStatusCode.NoContent)
        {
            statement.Revocations.ToList().ForEach(notice => _heard.Writer.TryWrite(notice));
        }

        return Results.StatusCode((int)Answer);
    }
}

public sealed class HeardCellOnSqlite : HeardCell
{
    protected override async Task<CellHost> StartAsync()
    {
        await ComeBackAsync();
        return await CellHost.StartAsync(more: ControlPlane);
    }
}

public sealed class HeardCellOnPostgres : HeardCell
{
    protected override async Task<CellHost> StartAsync()
    {
        await ComeBackAsync();
        var (runtime, owner) = await TestPostgres.CreateAsync();
        return await CellHost.StartAsync(runtime, owner, ControlPlane);
    }
}
