namespace Tessera.AspNetCore.Authentication;

/// <summary>Names an application may need.</summary>
public static class TesseraDefaults
{
    /// <summary>The authentication scheme.</summary>
    public const string Scheme = "Tessera";
}
