using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Tessera.AspNetCore.Tenancy;

/// <summary>The fields of a form that name a tenant.</summary>
internal static class FormTenants
{
    public static IReadOnlyList<(string Name, string? Value)> Find(string form) =>
    [
        .. from field in QueryHelpers.ParseQuery(form)
           where IsNamed(field.Key)
           from value in field.Value
           where !string.IsNullOrWhiteSpace(value)
           select (field.Key, value),
    ];

    public static async Task<IReadOnlyList<(string Name, string? Value)>> FindInPartsAsync(string type, ReadOnlyMemory<byte> form, CancellationToken cancellation)
    {
        var found = new List<(string, string?)>();
        var boundary = MediaTypeHeaderValue.TryParse(type, out var media) ? HeaderUtilities.RemoveQuotes(media.Boundary).ToString() : "";
        if (boundary.Length is 0 or > 70) // RFC 2046 section 5.1.1; without one nobody reads the form
        {
            return found;
        }

        try
        {
            var reader = new MultipartReader(boundary, new MemoryStream(form.ToArray()));
            while (await reader.ReadNextSectionAsync(cancellation) is { } section)
            {
                if (section.AsFormDataSection() is { } field && IsNamed(field.Name) && await field.GetValueAsync(cancellation) is { } value && !string.IsNullOrWhiteSpace(value))
                {
                    found.Add((field.Name, value));
                }
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            // No form after all; whoever reads the body says so.
        }

        return found;
    }

    private static bool IsNamed(string name) => TenantMentions.Names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
