using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Wire;

namespace Tessera.UnitTests.Command;

public sealed class HostsTests
{
    public static TheoryData<string> Parts() => ["control", "cell", "router"];

    /// <summary>A part that waited for its settings to change would watch every folder below the one it is started in.</summary>
    [Theory]
    [MemberData(nameof(Parts))]
    public async Task Settings_are_read_once_and_no_file_is_watched(string part)
    {
        var data = Directory.CreateTempSubdirectory("tessera-hosts-").FullName;
        try
        {
            await using var app = Build(part, data);
            var files = ((IConfigurationRoot)app.Configuration).Providers.OfType<FileConfigurationProvider>().ToList();
            Assert.NotEmpty(files);
            Assert.DoesNotContain(files, file => file.Source.ReloadOnChange);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static WebApplication Build(string part, string data) => part switch
    {
        "control" => Hosts.Control([$"--Control:Data={data}", "--Control:Listen=http://127.0.0.1:0", "--Control:AuthHost=http://localhost:8400"]),
        "cell" => Hosts.Cell([$"--Cell:Data={data}", "--Cell:Id=eu-1", "--Cell:Listen=http://127.0.0.1:0", "--Cell:Endpoint=http://127.0.0.1:1", "--Cell:AuthHost=http://localhost:8400"]),
        _ => Hosts.Router([$"--Router:Data={data}", "--Router:Listen=http://127.0.0.1:0", "--Router:AuthHost=http://localhost:8400", "--Router:ControlPlane=http://127.0.0.1:1", "--Router:FeedKey=tsk_test_feed", $"--Router:DirectoryKey={Key()}"]),
    };

    private static string Key()
    {
        using var key = IdentityKey.Create();
        return JsonSerializer.Serialize(key.Public, WireJson.Default.PublicJwk);
    }
}
