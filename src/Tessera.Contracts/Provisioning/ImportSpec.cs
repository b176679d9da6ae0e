using System.Text.Json.Serialization;
using Tessera.Contracts.Ids;

namespace Tessera.Contracts.Provisioning;

/// <summary>Realms a cell is to found together: <c>POST /cell/import/realms</c>. Doing it twice changes nothing.</summary>
/// <param name="Pools">Those the realms are in; made where they are not there.</param>
/// <param name="Realms">At most <see cref="Most"/>.</param>
internal sealed record RealmImport(IReadOnlyList<PoolId> Pools, IReadOnlyList<RealmFounding> Realms)
{
    public const int Most = 500;
}

/// <summary>A tenant's realm and its first app client, which is public or brings the hash of its secret, and signs with ES256.</summary>
internal sealed record RealmFounding(RealmSpec Realm, ClientSpec Client)
{
    /// <summary>Whether a realm can be founded with the client: one that signs with RS256, or brings keys, is made by itself.</summary>
    public static bool CanFound(ClientSpec client) => client is { SigningAlgorithm: "ES256", Jwks: null };
}

/// <param name="PoolKeys">Of each pool, in the order asked: a <see cref="Provisioning.PoolKeys"/> signed by the cell.</param>
/// <param name="Results">One for each realm, in the order asked.</param>
internal sealed record RealmsImported(IReadOnlyList<string> PoolKeys, IReadOnlyList<ImportResult> Results);

/// <summary>Accounts to be made in several realms: <c>POST /cell/import/accounts</c>. Doing it twice under one key changes nothing.</summary>
/// <param name="ImportKey">Names the import: 16 to 64 letters, digits, hyphens and underscores, hard to guess, for the accounts' subjects follow from it.</param>
/// <param name="Realms">With at most <see cref="Most"/> accounts together.</param>
internal sealed record AccountImport(string ImportKey, IReadOnlyList<RealmAccounts> Realms)
{
    public const int Most = 500;
}

/// <summary>The accounts of one realm, and the tenant it must belong to.</summary>
/// <param name="Epoch">Of the tenant's placement.</param>
internal sealed record RealmAccounts(RealmId RealmId, TenantId TenantId, long Epoch, IReadOnlyList<ImportedAccount> Accounts);

/// <summary>An account with a password, or the hash of one, or neither: then nobody can sign in to it until one is set.</summary>
/// <param name="Username">1 to 128 characters; unique in the realm without regard to case.</param>
/// <param name="Password">8 to 256 characters. Never kept, never logged.</param>
/// <param name="PasswordHash">bcrypt, or a PHC string of argon2id, argon2i, scrypt, pbkdf2-sha256 or pbkdf2-sha512, of bounded cost.</param>
internal sealed record ImportedAccount(string Username, string? Password = null, string? PasswordHash = null, string? Email = null, string? Name = null);

/// <param name="Results">One for each account, realm after realm, in the order asked.</param>
internal sealed record AccountsImported(IReadOnlyList<ImportResult> Results);

/// <summary>What came of one line of an import.</summary>
/// <param name="Code">Of a refusal: a code of <c>docs/errors.md</c>.</param>
/// <param name="Field">The input at fault, where there is one.</param>
internal sealed record ImportResult(ImportOutcome Outcome, string? Code = null, string? Field = null, string? Detail = null)
{
    public static ImportResult Made { get; } = new(ImportOutcome.Made);

    public static ImportResult Present { get; } = new(ImportOutcome.Present);

    public static ImportResult Refused(Errors.Error error) => new(ImportOutcome.Refused, error.Code, error.Field, error.Message);
}

[JsonConverter(typeof(JsonStringEnumConverter<ImportOutcome>))]
internal enum ImportOutcome
{
    [JsonStringEnumMemberName("made")] Made,

    /// <summary>This very import has made it before.</summary>
    [JsonStringEnumMemberName("present")] Present,

    [JsonStringEnumMemberName("refused")] Refused,
}
