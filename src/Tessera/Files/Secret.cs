using System.Security.Cryptography;

namespace Tessera.Files;

internal static class Secret
{
    /// <summary>A password of 24 letters and digits, some 140 bits.</summary>
    public static string NewPassword() =>
        RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", 24);
}
