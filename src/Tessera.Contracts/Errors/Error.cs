namespace Tessera.Contracts.Errors;

/// <summary>
/// What went wrong, for the caller. Never carries another tenant's data, a secret or an exception's text.
/// </summary>
/// <param name="Code">Stable, in snake_case, listed in <c>docs/errors.md</c>, never reused.</param>
/// <param name="Status">The HTTP status it is told with.</param>
/// <param name="Message">One sentence or two that name the remedy.</param>
/// <param name="Field">The input at fault, as the caller wrote it (<c>client.redirect_uris[0]</c>), where there is one.</param>
public sealed record Error(string Code, int Status, string Message, string? Field = null);
