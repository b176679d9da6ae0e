namespace Tessera.UnitTests.Cell;

/// <summary>A running cell with a tenant <c>acme</c> and its twin <c>globex</c>, each with an <c>ada@example.com</c> of its own. One for all tests of a class.</summary>
public abstract class CellFixture : IAsyncLifetime
{
    public CellHost Cell { get; private set; } = null!;

    internal CellTenant Acme { get; private set; } = null!;

    internal CellTenant Globex { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cell = await StartAsync();
        Acme = await Cell.AddTenantAsync("acme");
        Globex = await Cell.AddTenantAsync("globex", inPool: Acme.Pool);
        await Acme.AddAccountAsync(CellTests.Ada, CellTests.AcmePassword);
        await Globex.AddAccountAsync(CellTests.Ada, CellTests.GlobexPassword);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Cell is not null)
        {
            await Cell.DisposeAsync();
        }
    }

    protected abstract Task<CellHost> StartAsync();
}

public sealed class SqliteCell : CellFixture
{
    protected override Task<CellHost> StartAsync() => CellHost.StartAsync();
}

public sealed class PostgresCell : CellFixture
{
    /// <summary>How the cell itself connects.</summary>
    public string Runtime { get; private set; } = "";

    protected override async Task<CellHost> StartAsync()
    {
        (Runtime, var owner) = await TestPostgres.CreateAsync();
        return await CellHost.StartAsync(Runtime, owner);
    }
}

/// <summary>Tests that must hold on both stores: an abstract class with the tests, and one line for each store.</summary>
public abstract class CellTests(CellFixture fixture)
{
    public const string Ada = "ada@example.com";
    public const string AcmePassword = "acme's own password";
    public const string GlobexPassword = "globex's own password";

    /// <summary>Of a machine, where a test has one; <see cref="HashOf"/> is what the cell is told of it.</summary>
    public static readonly string Secret = new('s', 43);

    public static string HashOf(string secret) =>
        System.Buffers.Text.Base64Url.EncodeToString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret)));

    protected CellFixture Fixture => fixture;

    protected CellHost Cell => fixture.Cell;

    private protected CellTenant Acme => fixture.Acme;

    private protected CellTenant Globex => fixture.Globex;
}
