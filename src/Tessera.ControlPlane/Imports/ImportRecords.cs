using System.Text.RegularExpressions;
using Tessera.Contracts.Provisioning;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Onboarding;

namespace Tessera.ControlPlane.Imports;

/// <param name="ImportKey">Names the import. The same call under the same key again finds what it has made and makes the rest.</param>
/// <param name="Tenants">As for an onboarding, but without an administrator and with a public client; at most 500.</param>
internal sealed record TenantImportRequest(string? ImportKey = null, IReadOnlyList<OnboardingRequest?>? Tenants = null);

/// <param name="Users">At most 500.</param>
internal sealed record UserImportRequest(string? ImportKey = null, IReadOnlyList<UserImportItem?>? Users = null);

/// <summary>A user with a password, the hash of one, or neither.</summary>
/// <param name="Tenant">Its slug; absent where the address names the tenant.</param>
internal sealed record UserImportItem(
    string? Tenant = null, string? Username = null, string? Email = null, string? Name = null, string? Password = null, string? PasswordHash = null);

/// <param name="Results">One for each entry, in the order given.</param>
internal sealed record ImportAnswer(IReadOnlyList<ImportResult> Results);

internal static partial class ImportKeys
{
    public static string Read(Check check, string? key)
    {
        if (key is null || !Form().IsMatch(key))
        {
            check.Fail(HttpErrors.Invalid("import_key", "Give 16 to 64 letters, digits, hyphens and underscores, made at random for this import."));
        }

        return key ?? "";
    }

    public static IReadOnlyList<T> Entries<T>(Check check, IReadOnlyList<T?>? entries, string field, int most) where T : class
    {
        if (entries is null or [])
        {
            check.Fail(HttpErrors.Required(field));
        }
        else if (entries.Count > most)
        {
            check.Fail(HttpErrors.TooMany(field, most));
        }
        else if (entries.Any(entry => entry is null))
        {
            check.Fail(HttpErrors.Required(field));
        }

        return check.Fault is null ? entries!.OfType<T>().ToList() : [];
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{16,64}\z")]
    private static partial Regex Form();
}
