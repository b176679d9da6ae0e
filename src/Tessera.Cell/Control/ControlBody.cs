using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tessera.Cell.Limits;
using Tessera.Contracts.Errors;

namespace Tessera.Cell.Control;

/// <summary>The typed body of a service call.</summary>
internal static class ControlBody
{
    public static bool TryRead<T>(HttpContext http, JsonTypeInfo<T> type, [NotNullWhen(true)] out T? body, [NotNullWhen(false)] out IResult? refusal)
    {
        refusal = null;
        body = default;
        try
        {
            body = JsonSerializer.Deserialize(http.ServiceCall().Body, type);
        }
        catch (JsonException)
        {
            // The text of the exception may quote the body, which may hold a password.
        }

        if (body is null)
        {
            refusal = ProblemResponse.Result(new Error("body_malformed", StatusCodes.Status400BadRequest, $"The body is not the JSON of a {typeof(T).Name}."));
        }

        return body is not null;
    }
}
