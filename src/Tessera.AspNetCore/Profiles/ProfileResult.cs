using Tessera.Contracts.Errors;

namespace Tessera.AspNetCore.Profiles;

/// <summary>What came of a change: done, or refused for a reason the caller may read.</summary>
public abstract record ProfileResult<T>
{
    private ProfileResult()
    {
    }

    /// <summary>It is committed, and this instance acts on it.</summary>
    public sealed record Done(T Value) : ProfileResult<T>;

    /// <summary>Nothing was changed.</summary>
    public sealed record Refused(Error Error) : ProfileResult<T>;

    public static implicit operator ProfileResult<T>(T value) => new Done(value);

    public static implicit operator ProfileResult<T>(Error error) => new Refused(error);
}
