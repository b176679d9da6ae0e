using Microsoft.Extensions.Configuration;

namespace Tessera.Commands;

/// <summary>What a host is built with: configuration keys and values in the form every host's command line has.</summary>
internal static class HostArguments
{
    // A host that does not start says why in one line of this command's; the framework's own report with its stack is left out.
    private static readonly string[] Quiet =
    [
        "--Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host=None",
        "--Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics=None",
    ];

    /// <summary>The file first, then the options: what is said on the command line wins.</summary>
    public static string[] Of(IEnumerable<(HostSetting Setting, IReadOnlyList<string> Values)> options, string? configFile) =>
        [.. Quiet, .. configFile is null ? [] : FromFile(configFile), .. options.SelectMany(option => FromOption(option.Setting, option.Values))];

    public static string Of(string key, string value) => $"--{key}={value}";

    /// <summary>What every host of <c>tessera up</c> gets: it warns, and leaves the terminal to the command.</summary>
    public static string[] Together(params IEnumerable<(string Key, string? Value)> settings) =>
    [
        .. Quiet,
        Of("Logging:LogLevel:Default", "Warning"),
        .. settings.Where(setting => setting.Value is not null).Select(setting => Of(setting.Key, setting.Value!)),
    ];

    private static IEnumerable<string> FromOption(HostSetting setting, IReadOnlyList<string> values) =>
        setting.IsList
            ? values.Select((value, index) => Of($"{setting.Key}:{index}", value))
            : values.Select(value => Of(setting.Key, value));

    private static IEnumerable<string> FromFile(string path)
    {
        try
        {
            return [.. new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(path), optional: false).Build().AsEnumerable()
                .Where(entry => entry.Value is not null)
                .Select(entry => Of(entry.Key, entry.Value!))];
        }
        catch (FileNotFoundException)
        {
            throw new Fault($"The configuration file '{path}' does not exist.");
        }
        catch (InvalidDataException e)
        {
            throw new Fault($"The configuration file '{path}' is not JSON: {e.InnerException?.Message ?? e.Message}");
        }
    }
}
