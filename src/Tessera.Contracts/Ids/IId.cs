using System.Diagnostics.CodeAnalysis;

namespace Tessera.Contracts.Ids;

/// <summary>A typed id: it has one written form, and anything else does not parse.</summary>
public interface IId<TSelf> where TSelf : struct, IId<TSelf>
{
    static abstract bool TryParse([NotNullWhen(true)] string? text, out TSelf id);
}
