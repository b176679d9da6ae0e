using System.Text;
using Microsoft.AspNetCore.Http;

namespace Tessera.AspNetCore.Tenancy;

/// <summary>
/// The tenants that a JSON body or a form names. Looks at the first 64 KiB, which it leaves to be read again, and of a form
/// in parts only at one that is no longer than that: larger ones are uploads.
/// </summary>
internal static class BodyTenants
{
    private const int Most = 64 * 1024;

    /// <returns>Each name with its text; null stands for a value that is no text.</returns>
    public static async Task<IReadOnlyList<(string Name, string? Value)>> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        var isJson = request.HasJsonContentType();
        if ((!isJson && !IsForm(request)) || request.ContentLength == 0)
        {
            return [];
        }

        request.EnableBuffering(Most);
        var buffer = new byte[(int)Math.Min(request.ContentLength ?? Most, Most)];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        request.Body.Position = 0;
        return isJson ? JsonTenants.Find(Encoding.Convert(EncodingOf(request), Encoding.UTF8, buffer, 0, length))
            : IsInParts(request) ? await FormTenants.FindInPartsAsync(request.ContentType!, buffer.AsMemory(0, length), cancellation)
            : FormTenants.Find(EncodingOf(request).GetString(buffer, 0, length));
    }

    private static bool IsForm(HttpRequest request) => request.HasFormContentType && (!IsInParts(request) || request.ContentLength <= Most);

    private static bool IsInParts(HttpRequest request) => request.ContentType!.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase);

    private static Encoding EncodingOf(HttpRequest request)
    {
        try
        {
            return request.GetTypedHeaders().ContentType?.Encoding ?? Encoding.UTF8;
        }
        catch (NotSupportedException)
        {
            return Encoding.UTF8; // UTF-7, which .NET refuses to read, here and wherever the body is read after
        }
    }
}
