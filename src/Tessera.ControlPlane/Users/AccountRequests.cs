using Tessera.Contracts.Provisioning;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Onboarding;

namespace Tessera.ControlPlane.Users;

internal sealed record AccountRequest(string? Username = null, string? Email = null, string? Name = null, string? Password = null)
{
    /// <param name="prefix">What precedes the fields' names in errors.</param>
    public AccountSpec Read(Check check, string prefix)
    {
        var username = check.Text(Username, $"{prefix}username", 128);
        var email = check.OptionalText(Email, $"{prefix}email", 254);
        if (email is not null && (email.IndexOf('@', StringComparison.Ordinal) < 1 || email.EndsWith('@') || email.Contains(' ', StringComparison.Ordinal)))
        {
            check.Fail(HttpErrors.Invalid($"{prefix}email", "Give an e-mail address."));
        }

        var name = check.OptionalText(Name, $"{prefix}name", 100);
        return new AccountSpec(username, Passwords.Read(check, Password, $"{prefix}password"), email, name);
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
