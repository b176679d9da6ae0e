using Tessera.Contracts.Errors;

namespace Tessera.ControlPlane;

/// <summary>What came of a request: done, or refused for a reason the caller may read. Anything else is an exception.</summary>
internal abstract record Outcome<T>
{
    private Outcome() { }

    public sealed record Done(T Value) : Outcome<T>;

    public sealed record Refused(Error Error) : Outcome<T>;

    public static implicit operator Outcome<T>(T value) => new Done(value);

    public static implicit operator Outcome<T>(Error error) => new Refused(error);
}
