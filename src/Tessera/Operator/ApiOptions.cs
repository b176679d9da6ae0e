using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Demo;
using Tessera.Up;

namespace Tessera.Operator;

/// <summary>
/// Where an operator's command finds the admin API and its key. A key is read from a file or the environment and never
/// taken as an argument, which every user of the machine could read.
/// </summary>
internal sealed class ApiOptions
{
    private readonly Option<string?> _api = new("--api") { Description = "Origin of the admin API [TESSERA_API, or that of the demo]" };
    private readonly Option<string?> _keyFile = new("--key-file") { Description = "File with an admin key [TESSERA_ADMIN_KEY, or that of the demo]" };
    private readonly Option<string> _demo = new("--demo") { Description = "Folder of a running demo", DefaultValueFactory = _ => ".tessera" };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON document on standard output, and nothing else" };

    public Command AddTo(Command command)
    {
        command.Add(_api);
        command.Add(_keyFile);
        command.Add(_demo);
        command.Add(_json);
        return command;
    }

    public bool Json(ParseResult result) => result.GetValue(_json);

    public AdminApi Open(ParseResult result)
    {
        var demo = new Lazy<JsonNode?>(() => ReadDemo(Path.Combine(result.GetValue(_demo)!, DemoFile.FileName)));
        var origin = result.GetValue(_api) ?? Environment.GetEnvironmentVariable("TESSERA_API") ?? (string?)demo.Value?["adminApi"];
        var key = result.GetValue(_keyFile) is { } file ? File.ReadAllText(file).Trim()
            : Environment.GetEnvironmentVariable("TESSERA_ADMIN_KEY") ?? (string?)demo.Value?["adminKey"];
        if (origin is null || key is null)
        {
            throw new Fault("Say where the admin API is (--api or TESSERA_API) and with which key (--key-file or TESSERA_ADMIN_KEY), or run where a demo has its folder.");
        }

        return Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.PathAndQuery == "/" && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            ? new AdminApi(new HttpClient { Timeout = TimeSpan.FromMinutes(3) }, uri.GetLeftPart(UriPartial.Authority), key)
            : throw new Fault($"'{origin}' is no origin such as http://127.0.0.1:8401.");
    }

    private static JsonNode? ReadDemo(string path)
    {
        try
        {
            return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path)) : null;
        }
        catch (JsonException)
        {
            throw new Fault($"'{path}' is not the description of a demo.");
        }
    }
}
