using System.Text.Json.Nodes;
using Tessera.Names;

namespace Tessera.Imports;

/// <summary>
/// The columns of a file of users: those of Amazon Cognito's import header, and ours: the tenant's slug, and a password or
/// the hash of one.
/// </summary>
internal static class UserFile
{
    // Of Cognito's header what there is no place for yet.
    private static readonly string[] NotStored =
    [
        "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "email_verified", "gender", "birthdate",
        "zoneinfo", "locale", "phone_number", "phone_number_verified", "address", "updated_at", "cognito:mfa_enabled",
    ];

    public static readonly IReadOnlyList<string> Columns =
        ["cognito:username", "name", "given_name", "family_name", "email", "tenant", "password_hash", "password", .. NotStored];

    public static ImportKind Kind(string? tenantId) => new(
        tenantId is null ? "/users/import" : $"/tenants/{tenantId}/users/import", "users", 500, Entry,
        line => $"{line["tenant"]}\n{ComparedName.Of(line["cognito:username"] ?? $"line {line.Line}")}", "cognito:username", "username_taken")
    {
        ColumnOf = field => field == "username" ? "cognito:username" : field,
    };

    public static CsvTable Open(string path, bool ofOneTenant)
    {
        var table = CsvTable.Open(path, Columns, ofOneTenant ? ["cognito:username"] : ["cognito:username", "tenant"]);
        return ofOneTenant && table.Columns.Contains("tenant")
            ? throw new Fault($"'{path}' has a column 'tenant', and --tenant names one. Leave one of them out.")
            : table;
    }

    /// <summary>Counts the lines, and refuses values there is no place for unless the operator has agreed to lose them.</summary>
    /// <exception cref="Fault">Columns have values that would be lost.</exception>
    public static int Count(CsvTable table, IReadOnlyCollection<string> ignored)
    {
        foreach (var unknown in ignored.Where(column => !NotStored.Contains(column)))
        {
            throw new Fault($"'{unknown}' cannot be ignored. Can be: {string.Join(", ", NotStored)}.");
        }

        var lines = 0;
        var lost = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in table.Lines())
        {
            lines++;
            // "No" is what an account has that says nothing.
            foreach (var column in NotStored.Where(column => line[column] is { } value && !value.Equals("false", StringComparison.OrdinalIgnoreCase) && !ignored.Contains(column)))
            {
                lost[column] = lost.GetValueOrDefault(column) + 1;
            }
        }

        return lost.Count == 0 ? lines : throw new Fault(
            $"These columns have values, and Tessera has no place for them yet: {string.Join(", ", lost.Select(entry => $"{entry.Key} ({entry.Value} lines)"))}. "
            + $"To import without them say --ignore-columns {string.Join(',', lost.Keys)}.");
    }

    private static JsonObject Entry(CsvLine line)
    {
        var user = new JsonObject();
        foreach (var (member, value) in new[]
        {
            ("tenant", line["tenant"]), ("username", line["cognito:username"]), ("email", line["email"]), ("name", NameOf(line)),
            ("password", line["password"]), ("password_hash", line["password_hash"]),
        })
        {
            if (value is not null)
            {
                user[member] = value;
            }
        }

        return user;
    }

    private static string? NameOf(CsvLine line) =>
        line["name"] ?? (string.Join(' ', new[] { line["given_name"], line["family_name"] }.OfType<string>()) is { Length: > 0 } name ? name : null);
}
