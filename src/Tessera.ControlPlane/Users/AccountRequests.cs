using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Onboarding;

namespace Tessera.ControlPlane.Users;

/// <param name="PasswordHash">In place of a password: bcrypt, or a PHC string of argon2id, argon2i, scrypt, pbkdf2-sha256 or pbkdf2-sha512. Renewed when its owner signs in.</param>
internal sealed record AccountRequest(string? Username = null, string? Email = null, string? Name = null, string? Password = null, string? PasswordHash = null)
{
    private const int LongestHash = 512;

    /// <summary>Somebody for a tenant of the pattern; a shared one needs no password where there is an account already.</summary>
    /// <param name="prefix">What precedes the fields' names in errors.</param>
    public MemberSpec ReadFor(Pattern pattern, Check check, string prefix)
    {
        var person = ReadPerson(check, prefix);
        if (PasswordHash is not null && Password is not null)
        {
            check.Fail(HttpErrors.Invalid($"{prefix}password_hash", "Give a password or the hash of one, not both."));
        }

        return PasswordHash is not null ? person with { PasswordHash = check.OptionalText(PasswordHash, $"{prefix}password_hash", LongestHash) }
            : Password is null && pattern == Pattern.Shared ? person
            : person with { Password = Passwords.Read(check, Password, $"{prefix}password") };
    }

    private MemberSpec ReadPerson(Check check, string prefix)
    {
        var username = check.Text(Username, $"{prefix}username", 128);
        var email = check.OptionalText(Email, $"{prefix}email", 254);
        if (email is not null && (email.IndexOf('@', StringComparison.Ordinal) < 1 || email.EndsWith('@') || email.Contains(' ', StringComparison.Ordinal)))
        {
            check.Fail(HttpErrors.Invalid($"{prefix}email", "Give an e-mail address."));
        }

        return new MemberSpec(username, Email: email, Name: check.OptionalText(Name, $"{prefix}name", 100));
    }
}

internal sealed record AccountChangeRequest(bool? Enabled = null, string? Password = null)
{
    public AccountChange Read(Check check)
    {
        if (Enabled is null && Password is null)
        {
            check.Fail(HttpErrors.BodyRequired());
        }

        return new AccountChange(Enabled, Password is null ? null : Passwords.Read(check, Password, "password"));
    }
}

/// <summary>The bounds every cell has; its policy may ask for more.</summary>
internal static class Passwords
{
    public static string Read(Check check, string? password, string field)
    {
        switch (password?.Length)
        {
            case null or 0:
                check.Fail(HttpErrors.Required(field));
                break;
            case < 8:
                check.Fail(OnboardingErrors.PasswordTooShort(field));
                break;
            case > 256:
                check.Fail(OnboardingErrors.PasswordTooLong(field));
                break;
        }

        return password ?? "";
    }
}
