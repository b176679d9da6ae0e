namespace Tessera.Contracts.Policies;

/// <summary>What one layer rules; what it leaves out is ruled by the layer around it, and last by what is built in.</summary>
/// <param name="PasswordMinLength">Characters a new password has at least, 8 to 64.</param>
/// <param name="SessionMinutes">How long a browser stays signed in, 5 to 43,200 (30 days).</param>
internal sealed record PolicyRules(int? PasswordMinLength = null, int? SessionMinutes = null)
{
    public const int LeastPasswordMinLength = 8;
    public const int MostPasswordMinLength = 64;
    public const int LeastSessionMinutes = 5;
    public const int MostSessionMinutes = 30 * 24 * 60;

    /// <summary>Whether each value lies where it may.</summary>
    public bool IsBounded() =>
        PasswordMinLength is null or (>= LeastPasswordMinLength and <= MostPasswordMinLength)
        && (SessionMinutes is null or (>= LeastSessionMinutes and <= MostSessionMinutes));

    /// <summary>What rules where nobody has ruled: NIST SP 800-63B, section 3.1.1, and a working day.</summary>
    public static readonly PolicyRules BuiltIn = new(PasswordMinLength: 8, SessionMinutes: 12 * 60);
}
