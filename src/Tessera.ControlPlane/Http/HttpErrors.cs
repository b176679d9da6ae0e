using Tessera.Contracts.Errors;

namespace Tessera.ControlPlane.Http;

/// <summary>Refusals any endpoint may give.</summary>
internal static class HttpErrors
{
    public static Error BodyRequired() => new("body_required", 400, "The request needs a JSON body.");

    public static Error BodyMalformed() => new("body_malformed", 400, "The body is not valid JSON.");

    public static Error UnknownMember(string field) => new("unknown_member", 400, "The body has a member this request does not know. Check its spelling.", field);

    public static Error WrongType(string field) => new("wrong_type", 400, "The member is missing, or its value is not of the kind this request takes.", field);

    public static Error Required(string field) => new("value_required", 400, "The member is required.", field);

    public static Error Invalid(string field, string remedy) => new("value_invalid", 400, remedy, field);

    public static Error TooMany(string field, int most) => new("too_many_values", 400, $"At most {most} values are taken.", field);

    public static Error DuplicateParameter(string field) => new("duplicate_parameter", 400, "The query parameter is given more than once.", field);

    public static Error UnsupportedMediaType() => new("unsupported_media_type", 415, "Send the body as application/json.");

    public static Error BodyTooLarge() => new("body_too_large", 413, "The body is larger than 64 KiB, or 4 MiB for an import.");

    public static Error NotFound() => new("not_found", 404, "There is nothing at this address.");

    public static Error MethodNotAllowed() => new("method_not_allowed", 405, "The address does not take this method; see the Allow header.");

    public static Error BadRequest() => new("bad_request", 400, "The request is malformed.");

    public static Error StoreUnavailable() => new("store_unavailable", 503, "The directory's store does not answer, or is full. Try again in a few seconds.");

    public static Error Internal() => new("internal", 500, "Something went wrong here. It has been logged.");
}
