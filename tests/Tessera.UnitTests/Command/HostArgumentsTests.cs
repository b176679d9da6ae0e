using Tessera.Commands;

namespace Tessera.UnitTests.Command;

public sealed class HostArgumentsTests
{
    [Fact]
    public void Each_option_becomes_its_configuration_key()
    {
        var args = HostArguments.Of(
        [
            (Setting(HostSettings.Control, "--postgres"), ["Host=db;Username=tessera;Password=a=b"]),
            (Setting(HostSettings.Control, "--listen"), ["http://127.0.0.1:1"]),
        ], configFile: null);

        Assert.Contains("--Control:Postgres=Host=db;Username=tessera;Password=a=b", args);
        Assert.Contains("--Control:Listen=http://127.0.0.1:1", args);
    }

    [Fact]
    public void A_repeated_option_becomes_a_list()
    {
        var args = HostArguments.Of([(Setting(HostSettings.Cell, "--trusted-proxy"), ["10.0.0.1", "10.0.0.2"])], configFile: null);
        Assert.Contains("--Cell:TrustedProxies:0=10.0.0.1", args);
        Assert.Contains("--Cell:TrustedProxies:1=10.0.0.2", args);
    }

    [Fact]
    public void An_option_wins_over_the_file()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, """{"Router": {"Listen": "http://127.0.0.1:1", "TrustedProxies": ["10.0.0.1"]}}""");
            var args = HostArguments.Of([(Setting(HostSettings.Router, "--listen"), ["http://127.0.0.1:2"])], file);

            Assert.Contains("--Router:TrustedProxies:0=10.0.0.1", args);
            Assert.True(Array.IndexOf(args, "--Router:Listen=http://127.0.0.1:1") < Array.IndexOf(args, "--Router:Listen=http://127.0.0.1:2"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_file_that_is_not_there_or_no_json_is_told_by_name()
    {
        Assert.Contains("nowhere.json", Assert.Throws<Fault>(() => HostArguments.Of([], "nowhere.json")).Message, StringComparison.Ordinal);
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "{");
            Assert.Contains(file, Assert.Throws<Fault>(() => HostArguments.Of([], file)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Every_command_offers_where_to_listen_and_where_to_keep_its_data()
    {
        foreach (var settings in new[] { HostSettings.Control, HostSettings.Router, HostSettings.Cell })
        {
            Assert.Contains(settings, setting => setting.Option == "--listen");
            Assert.Contains(settings, setting => setting.Option == "--data");
            Assert.Equal(settings.Length, settings.DistinctBy(setting => setting.Key).Count());
        }
    }

    private static HostSetting Setting(HostSetting[] settings, string option) => settings.Single(setting => setting.Option == option);
}
