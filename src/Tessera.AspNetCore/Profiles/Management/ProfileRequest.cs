using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Tessera.AspNetCore.Authentication;
using Tessera.AspNetCore.Profiles.Access;
using Tessera.Contracts.Errors;

namespace Tessera.AspNetCore.Profiles.Management;

/// <summary>What a request of the management API says: who it is from, what it expects, and its body.</summary>
internal static class ProfileRequest
{
    /// <exception cref="InvalidOperationException">The endpoint demands no tenant.</exception>
    public static Caller Caller(HttpContext context) => TenantIdentity.Of(context.User) is { } identity
        ? Access.Caller.Of(identity)
        : throw new InvalidOperationException("The request was let in without a tenant.");

    /// <summary>RFC 9110 section 13.1. One strong entity tag is taken; anything else matches nothing.</summary>
    public static Expected Expected(HttpContext context)
    {
        var (match, none) = (context.Request.Headers.IfMatch, context.Request.Headers.IfNoneMatch);
        return !StringValues.IsNullOrEmpty(match) ? new Expected.Version(Guid.TryParseExact(match.ToString().Trim('"'), "D", out var version) ? version : null)
            : none == "*" ? new Expected.Nothing()
            : new Expected.Unsaid();
    }

    public static async Task<ProfileResult<T>> BodyAsync<T>(HttpContext context, JsonTypeInfo<T> type) where T : class
    {
        if (!context.Request.HasJsonContentType())
        {
            return new Error("unsupported_media_type", 415, "Send the body as application/json.");
        }

        var read = await BytesAsync(context, ProfileLimits.BodyBytes);
        return read is ProfileResult<byte[]>.Refused(var error) ? error : Parse(((ProfileResult<byte[]>.Done)read).Value, type);
    }

    public static async Task<ProfileResult<byte[]>> BytesAsync(HttpContext context, int most)
    {
        var tooLarge = new Error("body_too_large", 413, $"The body has at most {most} bytes.");
        if (context.Request.ContentLength > most)
        {
            return tooLarge;
        }

        var buffer = new byte[(int)(context.Request.ContentLength ?? most) + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, context.RequestAborted);
        return length > most ? tooLarge : buffer[..length];
    }

    public static ProfileResult<T> Parse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) is { } value ? value : Malformed("It is null.");
        }
        catch (JsonException e)
        {
            return Malformed(e.Path is { Length: > 1 } path ? $"See {path}." : "It is no JSON, or has a member this takes no note of.");
        }
    }

    private static Error Malformed(string how) => new("body_malformed", 400, $"The JSON is not what this address takes. {how}");
}
