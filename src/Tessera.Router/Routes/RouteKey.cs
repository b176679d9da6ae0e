using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Router.Map;

namespace Tessera.Router.Routes;

/// <summary>The one parameter of a look-up. Anything beside it, twice or malformed is refused by name.</summary>
internal static partial class RouteKey
{
    private const int MaxLength = 256;

    // What a value of each parameter looks up; null where it is malformed.
    private static readonly Dictionary<string, Func<string, Func<RouteMap, RoutedTenant?>?>> Keys = new(StringComparer.Ordinal)
    {
        ["slug"] = text => Slug.TryParse(text, out var slug) ? map => map.TryGet(slug, out RoutedTenant tenant) ? tenant : (RoutedTenant?)null : null,
        ["host"] = text => Authority().IsMatch(text) ? map => map.TryGetByHost(text, out RoutedTenant tenant) ? tenant : (RoutedTenant?)null : null,
        ["client_id"] = text => ClientId.TryParse(text, out var client) ? map => map.TryGet(client, out RoutedTenant tenant) ? tenant : (RoutedTenant?)null : null,
        ["realm"] = text => RealmId.TryParse(text, out var realm) ? map => map.TryGet(realm, out RoutedTenant tenant) ? tenant : (RoutedTenant?)null : null,
    };

    /// <summary>The look-up the query asks for, or what is wrong with it.</summary>
    public static (Func<RouteMap, RoutedTenant?>? Find, Error? Error) Read(QueryString query)
    {
        string? only = null;
        Func<RouteMap, RoutedTenant?>? find = null;
        foreach (var pair in new QueryStringEnumerable(query.Value))
        {
            var name = pair.DecodeName().ToString();
            if (!Keys.TryGetValue(name, out var parse))
            {
                return (null, Refusals.ParameterUnknown(name.Length <= 64 ? name : name[..64]));
            }

            if (only is not null)
            {
                return (null, name == only ? Refusals.ParameterRepeated(name) : Refusals.RouteKeyRequired(name));
            }

            only = name;
            var text = pair.DecodeValue().ToString();
            find = text.Length is > 0 and <= MaxLength ? parse(text) : null;
            if (find is null)
            {
                return (null, Refusals.ParameterInvalid(name));
            }
        }

        return (find, find is null ? Refusals.RouteKeyRequired(field: null) : null);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?\z")]
    private static partial Regex Authority();
}
