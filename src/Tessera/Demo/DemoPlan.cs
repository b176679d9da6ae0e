namespace Tessera.Demo;

/// <summary>Who is in the demo. Ada works for all of them, as an account of its own in each.</summary>
internal sealed record DemoPlan(string Slug, string DisplayName, string Pattern, string Cell, string[] Users, string[] Orders)
{
    public const string Administrator = "ada@example.com";

    public static readonly DemoPlan[] All =
    [
        new("acme", "Acme Corporation", "hybrid", "eu-1", [Administrator, "bob@acme.example"], ["Anvil", "Rocket skates", "Giant rubber band"]),
        new("globex", "Globex", "hybrid", "us-1", [Administrator, "hank@globex.example"], ["Hammock", "Sugar, 1 lb"]),
        new("umbrella", "Umbrella", "dedicated", "us-1", [Administrator, "alice@umbrella.example"], ["Herbs, assorted", "Typewriter ribbon"]),
    ];
}
