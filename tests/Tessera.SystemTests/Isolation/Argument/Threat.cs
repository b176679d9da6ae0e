namespace Tessera.SystemTests.Isolation.Argument;

/// <summary>One way in which a tenant could come to harm through another, and why it does not.</summary>
/// <param name="Name">What somebody does, or what goes wrong.</param>
/// <param name="Holds">What must hold for it to come to nothing.</param>
/// <param name="Shown">Test classes, or <c>Class.Method</c>, of any of our test projects.</param>
internal sealed record Threat(string Name, string Holds, params string[] Shown)
{
    /// <summary>Why there is nothing to show yet; then <see cref="Shown"/> is empty, or shows the part that is there.</summary>
    public string? NotYet { get; init; }
}
