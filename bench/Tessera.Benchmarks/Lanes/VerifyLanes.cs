using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Tessera.Benchmarks.Duels;
using Tessera.Benchmarks.Load;
using Tessera.Benchmarks.Servers;

namespace Tessera.Benchmarks.Lanes;

/// <summary>Verifying access tokens as an API does, beside the bare signature check, and beside a peer. One thread on one core each.</summary>
internal static class VerifyLanes
{
    private const string Peer = "npm aws-jwt-verify, verifySync, keys cached";
    private static readonly DuelLength Length = new(Rounds: 9, TimeSpan.FromSeconds(2), WarmUpSteps: 60_000);

    // The goals are rates, at least: 0.85, 0.90 and 10 times the bare check's. A ratio of costs is one through that, at most.
    public static readonly IReadOnlyList<Lane> All =
    [
        new("verify RS256, every token new", "RSA.VerifyData alone", 1 / 0.85, cancellation => BesideBareAsync("RS256", TokenSet.Verifying(new TokenSet("RS256"), remembers: false), cancellation)),
        new("verify ES256, every token new", "ECDsa.VerifyData alone", 1 / 0.90, cancellation => BesideBareAsync("ES256", TokenSet.Verifying(new TokenSet("ES256"), remembers: false), cancellation)),
        new("verify RS256, tokens seen before", "RSA.VerifyData alone", 1 / 10.0, cancellation => BesideBareAsync("RS256", TokenSet.Verifying(new TokenSet("RS256"), remembers: true), cancellation)),
        new("verify a Cognito token, every token new", Peer, null, cancellation => BesidePeerAsync(remembers: false, cancellation)),
        new("verify a Cognito token, tokens seen before", Peer, null, cancellation => BesidePeerAsync(remembers: true, cancellation)),
    ];

    private static Task<DuelResult> BesideBareAsync(string algorithm, Action<int> verify, CancellationToken cancellation) =>
        Duel.RunAsync(Side.Here(verify), Side.Here(new TokenSet(algorithm).BareCheck()), Length, cancellation);

    private static async Task<DuelResult> BesidePeerAsync(bool remembers, CancellationToken cancellation)
    {
        var tokens = new TokenSet("RS256", cognito: true);
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
            return await Duel.RunAsync(Side.Here(TokenSet.Verifying(tokens, remembers)), other, Length, cancellation);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
