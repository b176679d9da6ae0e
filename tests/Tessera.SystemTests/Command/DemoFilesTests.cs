using System.Text.Json;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Command;

/// <summary>What the running demo leaves on the disk.</summary>
[Collection(DemoCollection.Name)]
public sealed class DemoFilesTests(Demo demo)
{
    [Fact]
    public void The_demo_file_has_the_documented_members_and_tenants()
    {
        var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(demo.Folder, "demo.json"))).RootElement;
        Assert.Equal(["authHost", "adminApi", "adminKey", "ordersApi", "cells", "tenants", "users"], Members(file));
        Assert.All(file.GetProperty("cells").EnumerateArray(), cell => Assert.Equal(["cellId", "region", "endpoint"], Members(cell)));
        Assert.All(file.GetProperty("tenants").EnumerateArray(), tenant => Assert.Equal(
            ["tenantId", "slug", "pattern", "cell", "realm", "clientId", "redirectUri", "signInHost", "machineClientId", "machineClientSecret"], Members(tenant)));
        Assert.All(file.GetProperty("users").EnumerateArray(), user => Assert.Equal(["tenant", "username", "password", "sub"], Members(user)));
        Assert.Equal(
            [("acme", "hybrid", "eu-1"), ("globex", "hybrid", "us-1"), ("umbrella", "dedicated", "us-1"), ("initech", "shared", "eu-1"), ("hooli", "shared", "eu-1")],
            demo.File.Tenants.Select(tenant => (tenant.Slug, tenant.Pattern, tenant.Cell)));
        Assert.Equal(("initech", "hooli"), (demo.File.User("initech", "sam@example.com").Tenant, demo.File.User("hooli", "sam@example.com").Tenant));
        Assert.Single(demo.File.Users.Where(user => user.Username == "sam@example.com").Select(user => (user.Sub, user.Password)).Distinct());
        Assert.Equal(3, demo.File.Users.Where(user => user.Username == "ada@example.com").Select(user => (user.Sub, user.Password)).Distinct().Count());
    }

    [Theory]
    [InlineData("demo.json")]
    [InlineData("up.json")]
    [InlineData("postgres.json")]
    [InlineData("control/control.pem")]
    [InlineData("control/first-admin-key")]
    [InlineData("control/directory.db")]
    [InlineData("cells/eu-1/cell.pem")]
    [InlineData("cells/eu-1/cell.key")]
    [InlineData("cells/eu-1/cell.db")]
    [InlineData("cells/us-1/cell.key")]
    [InlineData("router/directory.feed")]
    public void Keys_passwords_and_stores_are_their_owners_alone(string file)
    {
        var path = Path.Combine(demo.Folder, file);
        Assert.True(File.Exists(path));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    private static IEnumerable<string> Members(JsonElement element) => element.EnumerateObject().Select(member => member.Name);
}
