using System.Text.Json;
using Tessera.Databases;
using Tessera.Demo;
using Tessera.Up;
using Tessera.UnitTests.Feed;

namespace Tessera.UnitTests.Command;

public sealed class FilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_demo_file_has_the_documented_members()
    {
        var place = new Place(_folder.Path, 8400);
        new DemoFile("http://localhost:8400", "http://127.0.0.1:8401", "tsk_a_b", "http://orders.localhost:8410",
            [new DemoCell("eu-1", "eu-central-1", "http://127.0.0.1:8421")],
            [new DemoTenant("id", "acme", "hybrid", "eu-1", "eu-central-1_A", "client", null, "http://orders.localhost:8410/callback", "http://acme.localhost:8400", "m", "s")],
            [new DemoUser("acme", "ada@example.com", "secret", "sub")]).Write(place);

        var demo = JsonDocument.Parse(File.ReadAllText(place.In("demo.json"))).RootElement;
        Assert.Equal(["authHost", "adminApi", "adminKey", "ordersApi", "cells", "tenants", "users"], Members(demo));
        Assert.Equal(
            ["tenantId", "slug", "pattern", "cell", "realm", "clientId", "redirectUri", "signInHost", "machineClientId", "machineClientSecret"],
            Members(demo.GetProperty("tenants")[0]));
        Assert.Equal(["tenant", "username", "password", "sub"], Members(demo.GetProperty("users")[0]));
        AssertOwnerOnly(place.In("demo.json"));
    }

    [Fact]
    public void What_a_killed_start_wrote_down_is_read_again()
    {
        var place = new Place(_folder.Path, 8400);
        var state = UpState.Open(place, onPostgres: false);
        state.Tenants["acme"] = new SeededTenant { MachineClientSecret = "s", Passwords = { ["ada@example.com"] = "p" } };
        state.Save(place);

        var again = UpState.Open(place, onPostgres: false);

        Assert.Equal("p", again.Tenants["acme"].Passwords["ada@example.com"]);
        Assert.False(again.IsSeeded);
        Assert.Null(again.IsDemo);
        AssertOwnerOnly(place.In("up.json"));
    }

    [Fact]
    public void A_folder_is_not_started_with_another_port_or_another_kind_of_store()
    {
        UpState.Open(new Place(_folder.Path, 8400), onPostgres: false).Save(new Place(_folder.Path, 8400));
        Assert.Contains("--port 8400", Assert.Throws<Fault>(() => UpState.Open(new Place(_folder.Path, 9400), onPostgres: false)).Message, StringComparison.Ordinal);
        Assert.Contains("--postgres", Assert.Throws<Fault>(() => UpState.Open(new Place(_folder.Path, 8400), onPostgres: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_told_and_not_overwritten()
    {
        var place = new Place(_folder.Path, 8400);
        File.WriteAllText(place.In("up.json"), "{");
        Assert.Contains("up.json", Assert.Throws<Fault>(() => UpState.Open(place, onPostgres: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_of_a_database_role_is_made_once()
    {
        var place = new Place(_folder.Path, 8400);
        var first = PostgresSecrets.Open(place).PasswordOf("tessera_orders_owner", place);
        Assert.Equal(first, PostgresSecrets.Open(place).PasswordOf("tessera_orders_owner", place));
        Assert.Matches("^[A-Za-z0-9]{24}$", first);
        AssertOwnerOnly(place.In("postgres.json"));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_told_by_name()
    {
        var file = Path.Combine(_folder.Path, "file");
        File.WriteAllText(file, "");
        Assert.Contains(file, Assert.Throws<Fault>(() => new Place(file, 8400).Prepare()).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Members(JsonElement element) => element.EnumerateObject().Select(member => member.Name);

    private static void AssertOwnerOnly(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }
}
