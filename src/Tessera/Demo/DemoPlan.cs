namespace Tessera.Demo;

/// <summary>Who is in the demo. Ada works for the tenants with realms of their own, as an account in each; Sam has one account for both shared ones.</summary>
/// <param name="Users">The first is the administrator.</param>
internal sealed record DemoPlan(string Slug, string DisplayName, string Pattern, string Cell, string[] Users, string[] Orders)
{
    public static readonly DemoPlan[] All =
    [
        new("acme", "Acme Corporation", "hybrid", "eu-1", ["ada@example.com", "bob@acme.example"], ["Anvil", "Rocket skates", "Giant rubber band"]),
        new("globex", "Globex", "hybrid", "us-1", ["ada@example.com", "hank@globex.example"], ["Hammock", "Sugar, 1 lb"]),
        new("umbrella", "Umbrella", "dedicated", "us-1", ["ada@example.com", "alice@umbrella.example"], ["Herbs, assorted", "Typewriter ribbon"]),
        new("initech", "Initech", "shared", DemoRealm.Cell, ["sam@example.com", "peter@initech.example"], ["Stapler, red", "Cover sheets"]),
        new("hooli", "Hooli", "shared", DemoRealm.Cell, ["sam@example.com", "gavin@hooli.example"], ["Signature box"]),
    ];

    public bool IsShared => Pattern == "shared";

    public string Administrator => Users[0];
}

/// <summary>The shared realm of the demo.</summary>
internal static class DemoRealm
{
    public const string Slug = "teams";
    public const string DisplayName = "Orders for teams";
    public const string Cell = "eu-1";
}
