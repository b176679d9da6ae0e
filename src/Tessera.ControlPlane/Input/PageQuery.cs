namespace Tessera.ControlPlane.Input;

/// <summary>How many entries a list answers with.</summary>
internal static class PageQuery
{
    public const int Most = 200;

    public static int Limit(Check check, string? limit) => (int)check.Number(limit, "limit", 1, Most, 50);
}
