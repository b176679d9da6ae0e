using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tessera.AspNetCore;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Wire;
using Tessera.Feed;

namespace Tessera.UnitTests.AspNetCore;

public sealed class TesseraOptionsTests
{
    private static readonly Dictionary<string, string?> Good = new()
    {
        ["ControlPlane"] = "http://127.0.0.1:8401",
        ["FeedKey"] = "tsk_a_b",
        ["DirectoryKey"] = JsonSerializer.Serialize(IdentityKey.Create().Public, WireJson.Default.PublicJwk),
        ["Data"] = "data",
        ["Audience"] = "orders",
    };

    [Fact]
    public void A_whole_section_is_taken_and_follows_the_directory()
    {
        var services = new ServiceCollection().AddLogging().AddTessera(Section(Good));
        Assert.Contains(services, service => service.ServiceType == typeof(DirectoryMap));
    }

    [Fact]
    public void An_empty_section_is_refused_with_every_fault()
    {
        var refusal = Assert.Throws<OptionsValidationException>(() => new ServiceCollection().AddTessera(Section([])));
        Assert.Equal(["ControlPlane", "FeedKey", "DirectoryKey", "Data", "Audience"], refusal.Failures.Select(fault => fault.Split(':', ' ')[1]));
    }

    [Theory]
    [InlineData("ControlPlane", "ftp://x")]
    [InlineData("FeedKey", "secret")]
    [InlineData("DirectoryKey", "{}")]
    [InlineData("DirectoryKey", "not json")]
    [InlineData("Data", " ")]
    [InlineData("Audience", "")]
    [InlineData("Audience", null)]
    [InlineData("ClockSkew", "00:01:01")]
    [InlineData("ClockSkew", "-00:00:01")]
    [InlineData("AllowedClients:0", "", "AllowedClients")]
    [InlineData("LeastRevision", "-1")]
    [InlineData("MostStaleness", "00:00:59")]
    [InlineData("MostStaleness", "")]
    [InlineData("RememberedTokens", "-1")]
    [InlineData("RememberedTokens", "1000001")]
    [InlineData("RememberedBytes", "1000")]
    public void One_wrong_value_is_refused(string key, string? value, string? named = null)
    {
        var refusal = Assert.Throws<OptionsValidationException>(() => new ServiceCollection().AddTessera(Section(new(Good) { [key] = value })));
        Assert.StartsWith($"Tessera:{named ?? key} ", Assert.Single(refusal.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_audience_is_accepted_only_when_that_is_typed_out()
    {
        var section = Section(Good.Where(pair => pair.Key != "Audience").ToDictionary());
        Assert.Throws<OptionsValidationException>(() => new ServiceCollection().AddTessera(section));
        new ServiceCollection().AddTessera(options =>
        {
            section.Bind(options);
            options.Audience = null;
        });
    }

    [Fact]
    public void A_directory_however_stale_is_accepted_only_when_that_is_typed_out()
    {
        new ServiceCollection().AddLogging().AddTessera(options =>
        {
            Section(Good).Bind(options);
            options.MostStaleness = null;
        });
        Assert.Equal(TimeSpan.FromHours(1), new TesseraOptions().MostStaleness);
    }

    [Fact]
    public void To_take_no_client_at_all_is_no_choice() => Assert.Throws<OptionsValidationException>(() => new ServiceCollection().AddTessera(options =>
    {
        Section(Good).Bind(options);
        options.AllowedClients = new HashSet<string>();
    }));

    private static IConfigurationRoot Section(Dictionary<string, string?> values) => new ConfigurationBuilder().AddInMemoryCollection(values).Build();
}
