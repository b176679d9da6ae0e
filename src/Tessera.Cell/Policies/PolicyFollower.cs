using System.Text;
using Microsoft.Extensions.Options;
using Tessera.Cell.Joining;
using Tessera.Cell.Revocations;
using Tessera.Contracts.Policies;
using Tessera.Files;

namespace Tessera.Cell.Policies;

/// <summary>
/// Keeps <see cref="CellPolicy"/> at what the platform rules, and the signed page in the cell's folder, so that a start without
/// the control plane does not loosen anything. A page that is not the directory's changes nothing.
/// </summary>
internal sealed partial class PolicyFollower(
    CellPolicy policy, CellMembership membership, ToControlPlane control, IOptions<CellOptions> options, TimeProvider time, ILogger<PolicyFollower> logger) : BackgroundService
{
    private const int LongestWait = 30;
    private const int LargestPage = 64 * 1024;
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private string? _putOffBecause;

    private string File => Path.Combine(options.Value.Data, "policy.jws");

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (new FileInfo(File) is { Exists: true, Length: <= LargestPage })
        {
            Take(await System.IO.File.ReadAllTextAsync(File, Encoding.ASCII, cancellationToken), isKept: true);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (wait, pause) = (0, LeastPause);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var asked = time.GetTimestamp();
                var isNews = Take(await control.AskForPolicyAsync(policy.Revision, wait, stoppingToken), isKept: false);
                (pause, _putOffBecause) = (LeastPause, null);

                // A control plane that does not hold requests is not asked in a tight circle.
                if (!isNews && wait > 0 && time.GetElapsedTime(asked) < LeastPause)
                {
                    await Task.Delay(LeastPause, time, stoppingToken);
                }

                wait = LongestWait;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                PutOff(e.Message);
                wait = 0;
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private bool Take(string jws, bool isKept)
    {
        if (PolicyPage.Open(jws, membership.ControlKey) is not { } page)
        {
            LogRefused(isKept ? File : "the control plane");
            return false;
        }

        // On the disk first: what has ruled once rules after a crash.
        if (!isKept && page.Revision > policy.Revision)
        {
            PrivateFile.Write(File, jws);
        }

        if (!policy.Take(page))
        {
            return false;
        }

        LogRules(page.Revision, policy.Effective.PasswordMinLength.Value, policy.Effective.SessionMinutes.Value);
        return true;
    }

    // One line for each reason, however often it is tried.
    private void PutOff(string reason)
    {
        if (_putOffBecause != reason)
        {
            LogPutOff(policy.Revision, reason);
            _putOffBecause = reason;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "The platform's policy of revision {Revision} rules: passwords of {PasswordMinLength} characters and more, sessions of {SessionMinutes} minutes.")]
    private partial void LogRules(long revision, int passwordMinLength, int sessionMinutes);

    [LoggerMessage(2, LogLevel.Warning, "What the platform rules was not heard; revision {Revision} goes on: {Reason}")]
    private partial void LogPutOff(long revision, string reason);

    [LoggerMessage(3, LogLevel.Error, "A policy from {Source} is not signed by the directory's key and changes nothing.")]
    private partial void LogRefused(string source);
}
