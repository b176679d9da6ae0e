using System.Diagnostics.CodeAnalysis;
using Tessera.Contracts.Errors;

namespace Tessera.Cell.Passwords;

/// <summary>
/// A stored password hash whose form and cost have been checked: ours, or one brought along from elsewhere. What it
/// costs to verify is bounded by its form, and is checked before every use and not only when it is taken in: call
/// <see cref="Matches"/> through <see cref="PasswordWorkers"/>.
/// </summary>
internal abstract record PasswordHash
{
    /// <summary>Longer texts are no hash.</summary>
    public const int MaxLength = 512;

    private protected PasswordHash()
    {
    }

    /// <summary>Made by this cell, with the cost it has now; a hash that is not is replaced at the next sign-in.</summary>
    public virtual bool IsOurs => false;

    public abstract bool Matches(string password);

    /// <summary>Whether a password that matches is the very one the hash was made of; bcrypt reads 72 bytes and no more.</summary>
    public virtual bool Identifies(string password) => true;

    public static bool TryParse(string text, [NotNullWhen(true)] out PasswordHash? hash, [NotNullWhen(false)] out Error? fault)
    {
        hash = null;
        if (text.Length > MaxLength || !text.StartsWith('$'))
        {
            fault = HashFaults.Unknown();
            return false;
        }

        var parts = text[1..].Split('$');
        (hash, fault) = parts[0] switch
        {
            "2a" or "2b" or "2y" => BcryptHash.Read(parts),
            "argon2id" or "argon2i" => Argon2Hash.Read(parts),
            "pbkdf2-sha256" or "pbkdf2-sha512" => Pbkdf2Hash.Read(parts),
            "scrypt" => ScryptHash.Read(parts),
            _ => new Parsed(null, HashFaults.Unknown()),
        };
        return hash is not null;
    }

    /// <summary>Either of the two.</summary>
    internal readonly record struct Parsed(PasswordHash? Hash, Error? Fault)
    {
        public static Parsed Malformed => new(null, HashFaults.Malformed());

        public static Parsed TooCostly(string limits) => new(null, HashFaults.TooCostly(limits));

        public static implicit operator Parsed(PasswordHash hash) => new(hash, null);
    }
}

/// <summary>Why a password hash is not taken in. None of them quotes it.</summary>
internal static class HashFaults
{
    public static Error Unknown() => new(
        "password_hash_unknown", StatusCodes.Status400BadRequest,
        "Give bcrypt ($2a$, $2b$, $2y$) or a PHC string of argon2id, argon2i, scrypt, pbkdf2-sha256 or pbkdf2-sha512.", "password_hash");

    public static Error Malformed() => new(
        "password_hash_malformed", StatusCodes.Status400BadRequest, "The password hash is not well-formed for its algorithm.", "password_hash");

    public static Error TooCostly(string limits) => new(
        "password_hash_cost", StatusCodes.Status400BadRequest, $"The hash's cost is out of bounds: {limits}.", "password_hash");
}
