using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Wire;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Command;

/// <summary>What cannot start says why, in lines a person can act on.</summary>
[Collection(CommandCollection.Name)]
public sealed class RefusalTests : IDisposable
{
    private readonly string _folder = Demo.NewFolder();
    private readonly int _port = Ports.NextBase();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("up")]
    [InlineData("control")]
    public async Task A_taken_port_is_named(string command)
    {
        using var other = new TcpListener(IPAddress.Loopback, _port + 1);
        other.Start();
        await RefusesAsync($"{_port + 1}", command == "up"
            ? ["up", "--data", In("data"), "--port", $"{_port}"]
            : ["control", "--data", In("data"), "--listen", $"http://127.0.0.1:{_port + 1}"]);
    }

    [Theory]
    [InlineData("up")]
    [InlineData("control")]
    [InlineData("cell")]
    [InlineData("router")]
    public async Task A_folder_that_cannot_be_made_is_named(string command)
    {
        await File.WriteAllTextAsync(In("file"), "");
        var folder = In("file/data");
        await RefusesAsync(folder, command switch
        {
            "up" => ["up", "--data", folder, "--port", $"{_port}"],
            "cell" => ["cell", "--data", folder, "--id", "eu-1", "--auth-host", "http://localhost", "--listen", $"http://127.0.0.1:{_port}"],
            "router" => ["router", "--data", folder, "--control-plane", "http://127.0.0.1:1", "--feed-key", "tsk_a_b", "--directory-key", AnyDirectoryKey(), "--listen", $"http://127.0.0.1:{_port}"],
            _ => ["control", "--data", folder, "--listen", $"http://127.0.0.1:{_port}"],
        });
    }

    [Fact]
    public async Task A_configuration_that_is_no_JSON_is_named()
    {
        await File.WriteAllTextAsync(In("broken.json"), """{ "Control": { "Data": """);
        await RefusesAsync("broken.json' is not JSON", ["control", "--config", In("broken.json")]);
        await RefusesAsync("none.json' does not exist", ["control", "--config", In("none.json")]);
    }

    [Fact]
    public async Task Every_wrong_setting_has_a_line_of_its_own()
    {
        await File.WriteAllTextAsync(In("wrong.json"), """{ "Control": { "Listen": "everywhere", "AuthHost": "x", "Postgres": "Nonsense=1", "MakingTime": "00:00:01" } }""");
        var lines = await RefusesAsync("Control:Listen", ["control", "--config", In("wrong.json")]);
        Assert.Equal(["AuthHost", "Data", "Listen", "MakingTime", "Postgres"], lines.Select(line => line.Split([' ', ':'])[3]).Order());
    }

    [Fact]
    public async Task A_value_of_the_wrong_kind_is_named()
    {
        await File.WriteAllTextAsync(In("kind.json"), """{ "Control": { "MakingTime": "soon" } }""");
        await RefusesAsync("Control:MakingTime", ["control", "--data", In("data"), "--config", In("kind.json")]);
    }

    [Fact]
    public async Task Missing_settings_are_told_all_at_once()
    {
        Assert.True((await RefusesAsync("Cell:Id", ["cell"])).Count >= 3);
        Assert.True((await RefusesAsync("Router:Data", ["router"])).Count >= 3);
        Assert.Equal(5, (await RefusesAsync("Tessera:Audience", ["forward-auth"])).Count);
        await RefusesAsync("Cell:JoinToken", ["cell", "--id", "eu-1", "--data", In("cell"), "--auth-host", "http://localhost", "--listen", $"http://127.0.0.1:{_port}"]);
    }

    [Theory]
    [InlineData("--port", "80")]
    [InlineData("--postgres", "Host=127.0.0.1;Port=1;Username=nobody;Timeout=2")]
    [InlineData("--postgres", "Nonsense=1")]
    [InlineData("--prot", "8400")]
    public async Task Up_refuses_wrong_options(string option, string value) => await RefusesAsync("", ["up", "--data", In("data"), option, value]);

    private static string AnyDirectoryKey()
    {
        using var key = IdentityKey.Create();
        return JsonSerializer.Serialize(key.Public, WireJson.Default.PublicJwk);
    }

    private string In(string name) => Path.Combine(_folder, name);

    // Exit code, the one place where it is said, and no stack trace anywhere.
    private static async Task<IReadOnlyList<string>> RefusesAsync(string named, string[] command)
    {
        await using var process = TesseraProcess.Start(command);
        Assert.NotEqual(0, await process.ExitAsync());
        Assert.DoesNotContain("   at ", process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", process.Output, StringComparison.Ordinal);
        Assert.Contains(named, process.Errors, StringComparison.Ordinal);
        var lines = process.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.True(line.Length < 400, line));
        return lines;
    }
}
