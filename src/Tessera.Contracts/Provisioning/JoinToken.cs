using System.Diagnostics.CodeAnalysis;

namespace Tessera.Contracts.Provisioning;

/// <summary>
/// A single-use right to join as one cell, written <c>tsj_{secret}.{thumbprint}</c>. The thumbprint names the control
/// plane's key, so a cell that is handed a token cannot be joined to an impostor.
/// </summary>
internal sealed record JoinToken(string Secret, string ControlKeyThumbprint)
{
    private const string Prefix = "tsj_";

    public static bool TryParse(string? text, [NotNullWhen(true)] out JoinToken? token)
    {
        token = text is not null && text.StartsWith(Prefix, StringComparison.Ordinal)
            && text[Prefix.Length..].Split('.') is [{ Length: 43 } secret, { Length: 43 } thumbprint]
            ? new JoinToken(secret, thumbprint)
            : null;
        return token is not null;
    }

    public override string ToString() => $"{Prefix}{Secret}.{ControlKeyThumbprint}";
}
