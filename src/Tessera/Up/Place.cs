namespace Tessera.Up;

/// <summary>Where a running demo lives: its folder and its ports, and everything that follows from these two.</summary>
internal sealed class Place(string data, int port)
{
    public const string Loopback = "127.0.0.1";

    public string Data { get; } = Path.GetFullPath(data);

    public int Port => port;

    public string AuthHost => $"http://localhost:{port}";

    public string Router => At(port);

    public string ControlPlane => At(port + 1);

    public string OrdersHost => $"orders.localhost:{port + 10}";

    public string OrdersListen => At(port + 10);

    public string Orders => $"http://{OrdersHost}";

    public int PostgresPort => port + 19;

    public string FirstAdminKey => In("control/first-admin-key");

    public string Cell(int number) => At(port + 20 + number);

    public string In(string name) => Path.Combine(Data, name);

    /// <summary>Makes the folder, for its owner alone.</summary>
    public void Prepare()
    {
        if (port is < 1024 or > 65_000)
        {
            throw new Fault($"--port must be between 1024 and 65000, not {port}.");
        }

        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(Data);
            }
            else
            {
                // Others may pass through, for PostgreSQL runs as a user of its own; every file of worth is 0600.
                Directory.CreateDirectory(Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            }

            var probe = In(".writable");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Fault($"The folder '{Data}' cannot be written: {e.Message}");
        }
    }

    private static string At(int port) => $"http://{Loopback}:{port}";
}
