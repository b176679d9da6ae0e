using Tessera.Contracts.Errors;
using Tessera.Contracts.Policies;

namespace Tessera.Cell.Passwords;

/// <summary>A password, or the hash of one that is brought along.</summary>
internal static class GivenPassword
{
    private static readonly Error Both = new("password_and_hash", StatusCodes.Status400BadRequest, "Give a password or the hash of one, not both.", "password_hash");

    /// <summary>What is wrong with it, or null; neither is nothing wrong.</summary>
    public static Error? Fault(string? password, string? hash, EffectivePolicy policy) =>
        password is not null && hash is not null ? Both
        : password is not null ? PasswordRules.Fault(password, "password", policy)
        : hash is null || PasswordHash.TryParse(hash, out _, out var fault) ? null : fault;
}
