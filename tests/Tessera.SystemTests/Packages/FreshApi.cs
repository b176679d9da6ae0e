using System.Net;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Packages;

/// <summary>What <c>dotnet new webapi</c> makes, in a folder outside the repository, changed as <c>docs/protect-an-api.md</c> says.</summary>
internal sealed class FreshApi(PackageFolder packages, Demo demo) : IAsyncDisposable
{
    private static readonly string[] Changed = ["Program.cs", "appsettings.json", "fresh.csproj"];

    private readonly string _home = Demo.NewFolder();
    private readonly Dictionary<string, string> _exported = [];
    private TesseraProcess? _process;

    public string Origin { get; } = $"http://127.0.0.1:{Ports.NextBase()}";

    /// <summary>Lines that the page adds: to files, and to the environment.</summary>
    public int AddedLines { get; private set; }

    private string Folder => Path.Combine(_home, "fresh");

    private string Restored => Path.Combine(_home, "packages");

    public async Task MakeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_home, "nuget.config"), Sources());
        await DotNet.RunAsync(_home, Restored, "new", "webapi", "-o", "fresh", "--no-restore");
        var before = Changed.ToDictionary(file => file, file => File.ReadAllLines(In(file)));

        var diffs = await PageDiff.OfPageAsync("docs/protect-an-api.md");
        await PageDiff.ApplyAsync(In("Program.cs"), diffs[0]);
        await PageDiff.ApplyAsync(In("appsettings.json"), [.. diffs[1].Select(line => line.Replace("http://127.0.0.1:8401", demo.File.AdminApi, StringComparison.Ordinal))]);
        await DotNet.RunAsync(Folder, Restored, "add", "package", "Tessera.AspNetCore", "--version", packages.Version, "--no-restore");

        var admin = new AdminApi(demo.Visitor, demo.File.AdminApi, demo.File.AdminKey);
        _exported["Tessera__DirectoryKey"] = (await admin.GetAsync("/directory/key")).Body.GetRawText();
        _exported["Tessera__FeedKey"] = (await admin.MadeAsync("/keys", new { name = "fresh", scopes = new[] { "feed:read" } })).GetProperty("key").GetString()!;
        AddedLines = _exported.Count + Changed.Sum(file => Added(before[file], File.ReadAllLines(In(file))));

        await BuildAsync();
        Assert.True(Directory.Exists(Path.Combine(Restored, "tessera.aspnetcore", packages.Version)), "Another package of this name and version was taken.");
    }

    public Task AddToProgramAsync(string line) => PageDiff.ApplyAsync(In("Program.cs"), [" app.UseAuthorization();", $"+{line}"]);

    // A source may lack the one version that the template's own package names; that the next one was taken is not ours to judge.
    public Task BuildAsync() => DotNet.RunAsync(Folder, Restored, "build", "-nologo", "-v", "quiet", "-warnaserror", "-p:WarningsNotAsErrors=NU1603");

    /// <summary>Starts it and waits until it answers.</summary>
    public async Task StartAsync()
    {
        _process = Begin();
        var until = DateTimeOffset.UtcNow + TimeSpan.FromSeconds(60);
        while (await StatusAsync("/") is null)
        {
            Assert.False(_process.HasExited || DateTimeOffset.UtcNow > until, $"It does not answer.\n{_process.Output}");
            await Task.Delay(100);
        }
    }

    /// <summary>Starts it where it is expected to end by itself.</summary>
    public async Task<(int Code, string Output)> RunToEndAsync()
    {
        await using var process = Begin();
        return (await process.ExitAsync(), process.Output);
    }

    public async Task StopAsync()
    {
        await _process!.DisposeAsync();
        _process = null;
    }

    /// <summary>Null while nothing listens.</summary>
    public async Task<HttpStatusCode?> StatusAsync(string path, string? bearer = null, params (string Name, string Value)[] headers)
    {
        try
        {
            using var response = await demo.Visitor.GetAsync(Origin + path, bearer: bearer, headers: headers);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await StopAsync();
        }

        Directory.Delete(_home, recursive: true);
    }

    private static int Added(string[] before, string[] after)
    {
        var left = before.ToList();
        return after.Count(line => !left.Remove(line) && line.Length > 0);
    }

    // With what dotnet run takes from the template's launch settings.
    private TesseraProcess Begin() => TesseraProcess.StartProgram(
        Path.Combine(Folder, "bin", "Debug", "net10.0", "fresh.dll"), Folder, new Dictionary<string, string>(_exported) { ["ASPNETCORE_ENVIRONMENT"] = "Development" }, "--urls", Origin);

    private string In(string file) => Path.Combine(Folder, file);

    // The sources are the packed folder and the machine's own. Packages go into a folder of this run, so that ours are the
    // ones just packed; those of others may come from what the machine has already.
    private string Sources()
    {
        var machine = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return $"""
            <configuration>
              <packageSources><add key="tessera" value="{packages.Path}" /></packageSources>
              <fallbackPackageFolders>{(Directory.Exists(machine) ? $"<add key=\"machine\" value=\"{machine}\" />" : "")}</fallbackPackageFolders>
            </configuration>
            """;
    }
}
