namespace Tessera.SystemTests.Running;

/// <summary>The running demo, started once by the real command for all tests that only look at it.</summary>
public sealed class Demo : IAsyncLifetime
{
    private TesseraProcess? _process;

    public string Folder { get; } = NewFolder();

    public int Port { get; } = Ports.NextBase();

    public DemoFile File { get; private set; } = null!;

    public Visitor Visitor { get; } = new();

    public string Output => _process?.Output ?? "";

    // The demo's cells run on SQLite, where query filters stand alone; TESSERA_TEST_DEMO_POSTGRES puts them on a server, for a run by hand.
    private static string[] OnPostgres => Environment.GetEnvironmentVariable("TESSERA_TEST_DEMO_POSTGRES") is { Length: > 0 } server ? ["--postgres", server] : [];

    public async ValueTask InitializeAsync()
    {
        _process = TesseraProcess.Start(["up", "--data", Folder, "--port", $"{Port}", .. OnPostgres]);
        await _process.ReadyAsync();
        File = DemoFile.Read(Folder);
    }

    public async ValueTask DisposeAsync()
    {
        Visitor.Dispose();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    // Under /var/tmp, where the user that runs a private PostgreSQL cluster can reach it.
    public static string NewFolder()
    {
        var folder = Path.Combine("/var/tmp", $"tessera-test-{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        return folder;
    }
}

/// <summary>Tests that share the one running demo and leave it as it was.</summary>
[CollectionDefinition(Name)]
public sealed class DemoCollection : ICollectionFixture<Demo>
{
    public const string Name = "the running demo";
}
