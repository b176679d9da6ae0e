using System.Net.Mail;
using Tessera.Contracts.Errors;

namespace Tessera.Cell.Accounts;

/// <summary>What is asked of everyone who is given an account or a place in a tenant.</summary>
internal static class AccountRules
{
    public static readonly Error Busy = new("password_workers_busy", StatusCodes.Status503ServiceUnavailable, "More passwords are waiting to be hashed than the cell takes on. Try again in a few seconds.");

    public static Error? Fault(string username, string? email, string? name) =>
        !Username.IsValid(username)
            ? new Error("username_malformed", StatusCodes.Status400BadRequest, "A user name has 1 to 128 characters and no white space or control characters.", "username")
        : email is not null && (email.Length > 254 || !IsOneLine(email) || !MailAddress.TryCreate(email, out var address) || address.Address != email)
            ? new Error("email_malformed", StatusCodes.Status400BadRequest, "The e-mail address is not one.", "email")
        : name is { Length: 0 or > 256 }
            ? new Error("name_malformed", StatusCodes.Status400BadRequest, "A name has 1 to 256 characters.", "name")
        : null;

    // A quoted local part may hold nearly anything (RFC 5322 section 3.2.4); a line break in it would begin a header of its own.
    private static bool IsOneLine(string email) => !email.Any(char.IsControl);
}
