namespace Tessera.AspNetCore.Declarations;

/// <summary>
/// The endpoint belongs to no tenant: its scope has none even where the caller's token says one. It asks for nothing
/// itself; other authorization may be added to it.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class WithoutTenantAttribute : Attribute
{
    /// <param name="why">For the next reader. May not be blank.</param>
    public WithoutTenantAttribute(string why)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(why);
        Why = why;
    }

    public string Why { get; }
}
