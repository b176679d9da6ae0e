using System.IO.Compression;
using System.Reflection.Metadata;
using System.Xml.Linq;

namespace Tessera.SystemTests.Packages;

/// <summary>What <c>dotnet pack</c> gives.</summary>
public sealed class PackageTests(PackageFolder packages) : IClassFixture<PackageFolder>
{
    private static readonly Guid EmbeddedSource = new("0e8a571b-6926-466e-b4ad-8ab04611f5fe"); // of the Portable PDB format

    private static readonly Dictionary<string, string[]> NeedsOfOurs = new()
    {
        ["Tessera.Contracts"] = [],
        ["Tessera.Feed"] = ["Tessera.Contracts"],
        ["Tessera.Postgres"] = ["Tessera.Contracts"],
        ["Tessera.AspNetCore"] = ["Tessera.Contracts", "Tessera.Feed", "Tessera.Postgres"],
    };

    public static TheoryData<string> Names => [.. NeedsOfOurs.Keys];

    [Fact]
    public void There_is_a_package_and_its_symbols_for_what_an_application_uses_and_for_nothing_else() => Assert.Equal(
        NeedsOfOurs.Keys.SelectMany(name => new[] { $"{name}.{packages.Version}.nupkg", $"{name}.{packages.Version}.snupkg" }).Order(StringComparer.Ordinal),
        Directory.GetFiles(packages.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_package_says_what_it_is(string name)
    {
        await using var package = await packages.OpenAsync(name, "nupkg");
        var metadata = (await XDocument.LoadAsync(await package.GetEntry($"{name}.nuspec")!.OpenAsync(), default, default)).Root!.Elements().Single();
        string Of(string element) => metadata.Elements().Single(child => child.Name.LocalName == element).Value;
        Assert.Equal("Apache-2.0", Of("license"));
        Assert.Equal("README.md", Of("readme"));
        Assert.True(Of("description").Length > 40);
        Assert.Contains("multi-tenant", Of("tags"), StringComparison.Ordinal);
        Assert.Equal(NeedsOfOurs[name], metadata.Descendants().Where(child => child.Name.LocalName == "dependency").Select(child => child.Attribute("id")!.Value)
            .Where(id => id.StartsWith("Tessera", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_package_carries_its_readme_and_its_documentation(string name)
    {
        await using var package = await packages.OpenAsync(name, "nupkg");
        Assert.Contains($"# {name}", await ReadAsync(package, "README.md"), StringComparison.Ordinal);
        Assert.Contains("<summary>", await ReadAsync(package, $"lib/net10.0/{name}.xml"), StringComparison.Ordinal);
        Assert.NotNull(package.GetEntry($"lib/net10.0/{name}.dll"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_symbols_hold_every_source(string name)
    {
        await using var package = await packages.OpenAsync(name, "snupkg");
        using var content = new MemoryStream();
        await using (var entry = await package.GetEntry($"lib/net10.0/{name}.pdb")!.OpenAsync())
        {
            await entry.CopyToAsync(content);
        }

        content.Position = 0;
        using var provider = MetadataReaderProvider.FromPortablePdbStream(content);
        var symbols = provider.GetMetadataReader();
        Assert.True(symbols.Documents.Count > 5);
        Assert.All(symbols.Documents, document => Assert.Contains(
            symbols.GetCustomDebugInformation(document), handle => symbols.GetGuid(symbols.GetCustomDebugInformation(handle).Kind) == EmbeddedSource));
    }

    private static async Task<string> ReadAsync(ZipArchive package, string entry)
    {
        using var reader = new StreamReader(await package.GetEntry(entry)!.OpenAsync());
        return await reader.ReadToEndAsync();
    }
}
