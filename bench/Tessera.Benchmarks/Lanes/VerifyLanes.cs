using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Tessera.Benchmarks.Duels;
using Tessera.Benchmarks.Load;
using Tessera.Benchmarks.Races;
using Tessera.Benchmarks.Servers;

namespace Tessera.Benchmarks.Lanes;

/// <summary>
/// Verifying access tokens as an API does, as the rate it is left with of the bare signature check's, and beside a peer. One
/// thread each. The first three are read off one race, in which a token is new or has been seen before.
/// </summary>
internal static class VerifyLanes
{
    private const string Peer = "npm aws-jwt-verify, verifySync, keys cached";
    private const string RsaBare = "RSA.VerifyData alone";
    private const string EcBare = "ECDsa.VerifyData alone";
    private const string RsaNew = "verify RS256, every token new";
    private const string EcNew = "verify ES256, every token new";
    private const string RsaSeen = "verify RS256, tokens seen before";
    private static readonly RaceLength RaceLength = new(Rounds: 51, TimeSpan.FromMilliseconds(80), WarmUpSteps: 100_000, TimeSpan.FromSeconds(8));
    private static readonly DuelLength DuelLength = new(Rounds: 9, TimeSpan.FromSeconds(2), WarmUpSteps: 60_000);
    private static Task<RaceResult>? _race;

    public static readonly IReadOnlyList<Lane> All =
    [
        Racing(RsaNew, RsaBare, 0.85),
        Racing(EcNew, EcBare, 0.9),
        Racing(RsaSeen, RsaBare, 10),
        new("verify a Cognito token, every token new", Peer, null, cancellation => BesidePeerAsync(repeating: false, cancellation), AtLeast: true),
        new("verify a Cognito token, tokens seen before", Peer, null, cancellation => BesidePeerAsync(repeating: true, cancellation), AtLeast: true),
    ];

    private static Lane Racing(string subject, string other, double goal) =>
        new(subject, other, goal, async cancellation => (await (_race ??= RaceAsync(cancellation))).Compare(subject, other), AtLeast: true);

    private static Task<RaceResult> RaceAsync(CancellationToken cancellation)
    {
        var (rsa, ec, again) = (new TokenSet("RS256", repeating: false), new TokenSet("ES256", repeating: false), new TokenSet("RS256", repeating: true));
        return Race.RunAsync(
            [
                Contestant(RsaBare, rsa.BareCheck()), Contestant(RsaNew, TokenSet.Verifying(rsa)), Contestant(RsaSeen, TokenSet.Verifying(again)),
                Contestant(EcBare, ec.BareCheck()), Contestant(EcNew, TokenSet.Verifying(ec)),
            ],
            () => Environment.CpuUsage.TotalTime, RaceLength, cancellation);
    }

    private static Contestant Contestant(string name, Action<int> step)
    {
        var next = 0;
        return new Contestant(name, () =>
        {
            step(next++ & int.MaxValue);
            return Task.CompletedTask;
        });
    }

    // What the other costs by what ours costs.
    private static async Task<DuelResult> RatesAsync(Side ours, Side other, CancellationToken cancellation)
    {
        var costs = await Duel.RunAsync(other, ours, DuelLength, cancellation);
        return costs with { SubjectMicros = costs.OtherMicros, OtherMicros = costs.SubjectMicros };
    }

    private static async Task<DuelResult> BesidePeerAsync(bool repeating, CancellationToken cancellation)
    {
        var tokens = new TokenSet("RS256", repeating, cognito: true);
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(tokens.ForPeer()), cancellation);
            var port = ServerProcess.FreePort();
            await using var peer = await ServerProcess.StartAsync(port, BuiltFiles.Peers, "node", "aws-jwt-verify.mjs", $"{port}", file);
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            using var reader = new StreamReader(socket.GetStream());
            var other = new Side(async (time, stop) =>
            {
                await socket.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes($"{(long)time.TotalMilliseconds}\n"), stop);
                return long.Parse(await reader.ReadLineAsync(stop) ?? throw new InvalidDataException("The peer is gone."), System.Globalization.CultureInfo.InvariantCulture);
            }, () => ProcessCpu.OfTree(peer.Pid));
            return await RatesAsync(Side.Here(TokenSet.Verifying(tokens)), other, cancellation);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
