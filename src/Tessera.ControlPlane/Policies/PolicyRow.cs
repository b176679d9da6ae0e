namespace Tessera.ControlPlane.Policies;

/// <summary>The platform's rules: one row, whose revision says which. Absent until somebody rules.</summary>
internal sealed class PolicyRow
{
    /// <summary>Of the only row.</summary>
    public const int Platform = 1;

    public required int Id { get; init; }

    public int? PasswordMinLength { get; set; }

    public int? SessionMinutes { get; set; }

    public long Revision { get; set; }
}
