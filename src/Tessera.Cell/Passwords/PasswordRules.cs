using System.Text;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Policies;

namespace Tessera.Cell.Passwords;

/// <summary>What a new password must be: as long as the policy has it, to 256 characters (NIST SP 800-63B, section 3.1.1), well-formed Unicode.</summary>
internal static class PasswordRules
{
    public const int MaxLength = 256;

    public static Error? Fault(string password, string field, EffectivePolicy policy)
    {
        var least = policy.PasswordMinLength.Value;
        return password.Length < least ? new Error("password_too_short", StatusCodes.Status400BadRequest, $"A password has at least {least} characters.", field)
            : password.Length > MaxLength ? new Error("password_too_long", StatusCodes.Status400BadRequest, $"A password has at most {MaxLength} characters.", field)
            : password.EnumerateRunes().Contains(Rune.ReplacementChar) ? new Error("password_malformed", StatusCodes.Status400BadRequest, "The password is not well-formed Unicode.", field)
            : null;
    }
}
