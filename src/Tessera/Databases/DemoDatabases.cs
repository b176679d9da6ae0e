using Npgsql;
using Tessera.Up;

namespace Tessera.Databases;

/// <summary>Where the parts of the demo keep their rows. Absent means SQLite; Orders, which shows row security, needs PostgreSQL.</summary>
internal sealed class DemoDatabases
{
    private readonly Dictionary<string, DatabaseAccess> _cells = [];

    public DatabaseAccess? Directory { get; private init; }

    public DatabaseAccess? Orders { get; private init; }

    /// <summary>One line that says what is missing, where Orders cannot run.</summary>
    public string? WhyNoOrders { get; private init; }

    public DatabaseAccess? OfCell(string id) => _cells.GetValueOrDefault(id);

    public static async Task<DemoDatabases> PrepareAsync(Place place, string? administrator, Parts parts, CancellationToken stop)
    {
        var secrets = PostgresSecrets.Open(place);
        if (administrator is not null)
        {
            return await OnServerAsync(new DatabaseMaker(place, secrets, Checked(administrator)), stop);
        }

        if (PostgresPrograms.Find() is not { } programs)
        {
            return new DemoDatabases { WhyNoOrders = "Orders does not run: it needs PostgreSQL. Install its server (on Debian: apt install postgresql) or name one with --postgres." };
        }

        var cluster = await PrivateCluster.StartAsync(programs, place, secrets, stop);
        parts.Add(cluster);
        return new DemoDatabases { Orders = await new DatabaseMaker(place, secrets, cluster.Administrator).MakeAsync("tessera_orders", stop) };
    }

    private static async Task<DemoDatabases> OnServerAsync(DatabaseMaker maker, CancellationToken stop)
    {
        var databases = new DemoDatabases
        {
            Directory = await maker.MakeAsync("tessera_directory", stop),
            Orders = await maker.MakeAsync("tessera_orders", stop),
        };
        foreach (var (id, _, _) in Cells.All)
        {
            databases._cells[id] = await maker.MakeAsync($"tessera_cell_{id.Replace('-', '_')}", stop);
        }

        return databases;
    }

    private static string Checked(string administrator)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(administrator) { Database = "postgres", Pooling = false }.ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // The exception's text could quote a password.
            throw new Fault("--postgres is not a connection string such as \"Host=localhost;Username=postgres;Password=…\".");
        }
    }
}
