using System.Text;
using Tessera.Contracts.Errors;

namespace Tessera.Cell.Passwords;

/// <summary>What a new password must be: 8 to 256 characters (NIST SP 800-63B, section 3.1.1), well-formed Unicode.</summary>
internal static class PasswordRules
{
    public const int MinLength = 8;
    public const int MaxLength = 256;

    public static Error? Fault(string password, string field) => password.Length switch
    {
        < MinLength => new Error("password_too_short", StatusCodes.Status400BadRequest, $"A password has at least {MinLength} characters.", field),
        > MaxLength => new Error("password_too_long", StatusCodes.Status400BadRequest, $"A password has at most {MaxLength} characters.", field),
        _ when password.EnumerateRunes().Contains(Rune.ReplacementChar) => new Error("password_malformed", StatusCodes.Status400BadRequest, "The password is not well-formed Unicode.", field),
        _ => null,
    };
}
