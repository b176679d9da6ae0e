using Tessera.Contracts.Errors;

namespace Tessera.ControlPlane.Onboarding;

internal static class OnboardingErrors
{
    public static Error SlugTaken() => new("slug_taken", 409, "The slug is not available.", "slug");

    public static Error HostTaken() => new("host_taken", 409, "The sign-in host is not available.", "host");

    public static Error EmailDomainTaken(string field) => new("email_domain_taken", 409, "The e-mail domain is not available.", field);

    public static Error SlugReserved() => new("slug_reserved", 409, "The slug is reserved. Choose another one.", "slug");

    public static Error HostReserved() => new("host_reserved", 409, "Hosts right below the auth host are given by slug.", "host");

    public static Error PasswordTooShort(string field) => new("password_too_short", 400, "The password has fewer than 8 characters.", field);

    public static Error PasswordTooLong(string field) => new("password_too_long", 400, "The password has more than 256 characters.", field);
}
