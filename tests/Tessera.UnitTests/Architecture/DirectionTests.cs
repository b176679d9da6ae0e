using System.Xml.Linq;

namespace Tessera.UnitTests.Architecture;

/// <summary>The directions between the projects, as the design's table has them.</summary>
public sealed class DirectionTests
{
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Tessera.Contracts"] = [],
        ["Tessera.Postgres"] = ["Tessera.Contracts"],
        ["Tessera.Feed"] = ["Tessera.Contracts"],
        ["Tessera.AspNetCore"] = ["Tessera.Contracts", "Tessera.Postgres", "Tessera.Feed"],
        ["Tessera.Cognito"] = ["Tessera.Contracts"],
        ["Tessera.Cell"] = ["Tessera.Contracts", "Tessera.Postgres", "Tessera.Cognito"],
        ["Tessera.ControlPlane"] = ["Tessera.Contracts", "Tessera.Postgres"],
        ["Tessera.Router"] = ["Tessera.Contracts", "Tessera.Feed"],
        ["Tessera.AdminConsole"] = ["Tessera.Contracts"],
        ["Tessera.Aws"] = ["Tessera.Contracts", "Tessera.Cognito"],
        ["Orders"] = ["Tessera.AspNetCore", "Tessera.Postgres"],
        ["Tessera"] =
        [
            "Tessera.Contracts", "Tessera.Postgres", "Tessera.Feed", "Tessera.AspNetCore", "Tessera.Cognito", "Tessera.Cell",
            "Tessera.ControlPlane", "Tessera.Router", "Tessera.AdminConsole", "Tessera.Aws", "Orders",
        ],
    };

    private static readonly string[] Hosts = ["Tessera.Cell", "Tessera.ControlPlane", "Tessera.Router", "Tessera.AdminConsole", "Orders"];

    // What reaches beyond the process.
    private static readonly string[] InputOutput =
    [
        "System.IO.File", "System.IO.FileStream", "System.IO.FileInfo", "System.IO.Directory", "System.IO.DirectoryInfo", "System.IO.StreamReader",
        "System.IO.StreamWriter", "System.Net.Http.", "System.Net.Sockets.", "System.Data.", "System.Diagnostics.Process", "System.Environment", "System.Console",
    ];

    private static IEnumerable<string> ProjectFiles => Repository.Files.Where(file =>
        file.EndsWith(".csproj", StringComparison.Ordinal) && (file.StartsWith("src/", StringComparison.Ordinal) || file.StartsWith("samples/", StringComparison.Ordinal)));

    public static TheoryData<string> Projects => [.. ProjectFiles.Select(file => Path.GetFileNameWithoutExtension(file))];

    [Fact]
    public void There_are_projects_to_look_at() => Assert.True(Projects.Count >= 9);

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_what_it_may_know(string project)
    {
        Assert.Contains(project, MayKnow);
        Assert.Empty(References(project, "ProjectReference").Select(Path.GetFileNameWithoutExtension).Except(MayKnow[project]));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Its_assembly_uses_only_what_it_may_know(string project)
    {
        var known = project == "Orders" ? [.. MayKnow[project], "Tessera.Contracts"] : MayKnow[project]; // an application sees the contracts through the packages
        Assert.Empty(Repository.AssembliesOf(AssemblyOf(project)).Where(name => name == "Orders" || name.StartsWith("Tessera", StringComparison.Ordinal)).Except(known));
    }

    [Fact]
    public void Hosts_meet_over_HTTP_and_never_refer_to_each_other() =>
        Assert.All(Hosts, host => Assert.Empty(MayKnow[host].Intersect(Hosts)));

    [Fact]
    public void Contracts_take_no_package_and_do_no_input_or_output()
    {
        Assert.Empty(References("Tessera.Contracts", "PackageReference"));
        Assert.Empty(References("Tessera.Contracts", "FrameworkReference"));
        Assert.DoesNotContain(Repository.TypesUsedBy("Tessera.Contracts"), type => InputOutput.Any(io => io.EndsWith('.') ? type.StartsWith(io, StringComparison.Ordinal) : type == io));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_type_is_named_for_being_a_helper(string project)
    {
        string[] vague = ["Manager", "Helper", "Helpers", "Utils", "Util", "Utilities"];
        Assert.DoesNotContain(Repository.TypesIn(AssemblyOf(project)),
            name => !name.StartsWith('<') && vague.Any(word => name.EndsWith(word, StringComparison.Ordinal))); // '<': the compiler's own
    }

    private static string AssemblyOf(string project) => project == "Tessera" ? "tessera" : project;

    private static IEnumerable<string> References(string project, string kind) =>
        XDocument.Parse(Repository.Read(ProjectFiles.Single(file => Path.GetFileNameWithoutExtension(file) == project)))
            .Descendants(kind).Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/'));
}
