using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Tessera.ControlPlane.Keys;

namespace Tessera.ControlPlane.AdminKeys;

/// <summary>An admin key as its holder has it: <c>tsk_{key id}_{secret}</c>.</summary>
internal sealed record AdminKey(string KeyId, string Secret)
{
    private const string Prefix = "tsk_";
    private const int IdLength = 12;

    public static AdminKey New() =>
        new(RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", IdLength), GeneratedSecret.New());

    public static bool TryParse(string? text, [NotNullWhen(true)] out AdminKey? key)
    {
        key = text is { Length: 60 } && text.StartsWith(Prefix, StringComparison.Ordinal) && text[Prefix.Length + IdLength] == '_'
            && text.All(char.IsAscii)
            ? new AdminKey(text.Substring(Prefix.Length, IdLength), text[^GeneratedSecret.Length..])
            : null;
        return key is not null;
    }

    /// <summary>The whole key. It is shown once and must not be logged.</summary>
    public string Reveal() => $"{Prefix}{KeyId}_{Secret}";

    public override string ToString() => KeyId;
}
