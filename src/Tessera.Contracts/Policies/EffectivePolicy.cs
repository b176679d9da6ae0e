using System.Text.Json.Serialization;

namespace Tessera.Contracts.Policies;

/// <summary>Whose rule a value is. The layers of pool and tenant lie further in.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PolicyLayer>))]
internal enum PolicyLayer
{
    [JsonStringEnumMemberName("built_in")] BuiltIn,

    [JsonStringEnumMemberName("platform")] Platform,
}

/// <summary>A rule's value and the layer that gave it.</summary>
internal readonly record struct PolicyValue(int Value, PolicyLayer Source);

/// <summary>What rules in the end: each value is that of the innermost layer that says something.</summary>
internal sealed record EffectivePolicy(PolicyValue PasswordMinLength, PolicyValue SessionMinutes)
{
    public static EffectivePolicy Of(PolicyRules platform) => new(
        Innermost(platform.PasswordMinLength, PolicyRules.BuiltIn.PasswordMinLength!.Value),
        Innermost(platform.SessionMinutes, PolicyRules.BuiltIn.SessionMinutes!.Value));

    private static PolicyValue Innermost(int? platform, int builtIn) =>
        platform is { } ruled ? new(ruled, PolicyLayer.Platform) : new(builtIn, PolicyLayer.BuiltIn);
}
