using Tessera.Contracts.Errors;

namespace Tessera.Cell.Moves;

/// <summary>What came of a step.</summary>
internal abstract record MoveResult
{
    private MoveResult()
    {
    }

    /// <summary>A statement signed by the cell.</summary>
    public sealed record Told(string Statement) : MoveResult;

    /// <summary>A page of rows, sealed for the target.</summary>
    public sealed record Page(byte[] Rows, string? Next) : MoveResult;

    /// <summary>Rows were taken.</summary>
    public sealed record Taken : MoveResult;

    public sealed record Refused(Error Error) : MoveResult;

    public static implicit operator MoveResult(Error error) => new Refused(error);

    public static MoveResult FromError(Error error) => new Refused(error);
}
