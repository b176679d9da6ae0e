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
        ]));

        string[] settings = ["Listen", "Data", "AuthHost", "ControlPlane", "FeedKey", "DirectoryKey", "TrustedProxies"];
        Assert.Equal(settings.Length, fault.Failures.Count());
        Assert.All(settings.Zip(fault.Failures), pair => Assert.StartsWith($"Router:{pair.First}", pair.Second, StringComparison.Ordinal));
        Assert.DoesNotContain("secret-that-is-no-key", fault.Message, StringComparison.Ordinal);
    }
}
