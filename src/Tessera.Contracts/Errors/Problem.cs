namespace Tessera.Contracts.Errors;

/// <summary>An <see cref="Error"/> as RFC 9457 writes it, with <c>code</c> and <c>field</c> as extension members.</summary>
public sealed record Problem(string Type, string Title, int Status, string Detail, string Code, string? Field = null)
{
    /// <summary>The media type it is sent with.</summary>
    public const string MediaType = "application/problem+json";

    public static Problem From(Error error) => new(
        Type: $"urn:tessera:error:{error.Code}",
        Title: error.Code.Replace('_', ' '),
        error.Status,
        error.Message,
        error.Code,
        error.Field);
}
