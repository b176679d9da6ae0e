using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Tessera.AspNetCore.Tenancy;
using Tessera.Contracts.Feed;

namespace Tessera.AspNetCore.Hubs;

/// <summary>Where an invocation names a tenant: a parameter called so, or a property of an argument, in any case.</summary>
internal static class HubMentions
{
    private static readonly ConditionalWeakTable<Type, PropertyInfo[]> Properties = [];

    /// <summary>The first that names a tenant other than <paramref name="tenant"/>, if there is one.</summary>
    public static string? FindOtherThan(TenantEntry tenant, MethodInfo method, IReadOnlyList<object?> arguments)
    {
        foreach (var (parameter, argument) in method.GetParameters().Zip(arguments))
        {
            if (argument is not null && Named(parameter.Name!, argument).FirstOrDefault(named => !TenantMentions.IsNameOf(tenant, named.Value?.ToString())) is { Place: { } place })
            {
                return $"argument {place}";
            }
        }

        return null;
    }

    private static IEnumerable<(string Place, object? Value)> Named(string parameter, object argument) =>
        IsName(parameter) ? [(parameter, argument)]
        : argument is JsonElement json ? json.ValueKind == JsonValueKind.Object ? json.EnumerateObject().Where(member => IsName(member.Name)).Select(member => ($"{parameter}.{member.Name}", (object?)member.Value)) : []
        : PropertiesOf(argument.GetType()).Select(property => ($"{parameter}.{property.Name}", property.GetValue(argument))).Where(named => named.Item2 is not null);

    private static bool IsName(string name) => TenantMentions.Names.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static PropertyInfo[] PropertiesOf(Type type) => Properties.GetValue(type, static type => type.IsPrimitive || type == typeof(string)
        ? []
        : [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => IsName(property.Name) && property.GetIndexParameters().Length == 0)]);
}
