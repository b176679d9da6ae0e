using Microsoft.Extensions.Options;
using Tessera.Router;

namespace Tessera.UnitTests.Router;

public sealed class RouterOptionsTests
{
    [Fact]
    public void All_faults_are_named_at_once()
    {
        var fault = Assert.Throws<OptionsValidationException>(() => RouterApp.Build(
        [
            "--Router:Listen=127.0.0.1:8400",
            "--Router:AuthHost=https://auth.example.com/path",
            "--Router:ControlPlane=ftp://example.com",
            "--Router:FeedKey=secret-that-is-no-key",
            "--Router:DirectoryKey={}",
            "--Router:TrustedProxies:0=everyone",
            "--Router:TrustedProxies:1=0.0.0.0/0",
            "--Router:MaxBodyBytes=0",
            "--Router:WebSocketIdleSeconds=0",
            "--Router:Limits:SourcePerSecond=0",
            "--Router:Limits:LookUpsPerSecond=0",
            "--Router:Limits:TenantPerSecond=-1",
            "--Router:Limits:CellAtOnce=0",
            "--Router:Limits:TenantAtOnce=2",
            "--Router:Limits:CellWaiting=-1",
            "--Router:Limits:TenantWaiting=1",
            "--Router:Limits:WaitSeconds=0",
            "--Router:Limits:WebSocketsPerCell=0",
        ]));

        string[] settings =
        [
            "Listen", "Data", "AuthHost", "ControlPlane", "FeedKey", "DirectoryKey", "TrustedProxies: 'everyone'", "TrustedProxies: '0.0.0.0/0'",
            "MaxBodyBytes", "WebSocketIdleSeconds", "Limits:SourcePerSecond", "Limits:LookUpsPerSecond", "Limits:TenantPerSecond", "Limits:CellAtOnce", "Limits:TenantAtOnce",
            "Limits:CellWaiting", "Limits:TenantWaiting", "Limits:WaitSeconds", "Limits:WebSocketsPerCell",
        ];
        Assert.Equal(settings.Length, fault.Failures.Count());
        Assert.All(settings.Zip(fault.Failures), pair => Assert.StartsWith($"Router:{pair.First}", pair.Second, StringComparison.Ordinal));
        Assert.DoesNotContain("secret-that-is-no-key", fault.Message, StringComparison.Ordinal);
    }
}
