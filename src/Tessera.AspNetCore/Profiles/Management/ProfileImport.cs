using Tessera.Contracts.Errors;

namespace Tessera.AspNetCore.Profiles.Management;

/// <summary>A profile and whose it is, as a line of an import has it.</summary>
internal sealed record ImportSpec : ProfileSpec
{
    public string? Sub { get; init; }
}

/// <summary>One line: what it says, or why it cannot be read.</summary>
internal sealed record ImportLine(int Number, ImportSpec? Spec, Error? Fault);

/// <summary>What became of a line.</summary>
/// <param name="Outcome"><c>created</c>, <c>replaced</c>, <c>present</c> (left as it was) or <c>refused</c>.</param>
internal sealed record ImportedLine(int Line, string? Sub, string Outcome, Problem? Problem = null);

/// <summary>Goes through an import line by line; a line that is refused keeps no other from being taken.</summary>
internal sealed class ProfileImport(bool replace)
{
    private readonly HashSet<string> _seen = [];
    private readonly List<ImportedLine> _answers = [];

    public IReadOnlyList<ImportedLine> Answers => _answers;

    /// <param name="existing">Those that are there, those of earlier lines among them.</param>
    /// <param name="write">Writes it, or says why not.</param>
    public void Take(ImportLine line, Error? fault, Dictionary<string, Profile> existing, Func<Error?> write)
    {
        var sub = line.Spec?.Sub;
        if ((fault ?? IsNotRepeated(sub!)) is { } refused)
        {
            Answer(line, refused);
            return;
        }

        var isThere = existing.ContainsKey(sub!);
        if (isThere && !replace)
        {
            _answers.Add(new ImportedLine(line.Number, sub, "present"));
        }
        else if (write() is { } refusal)
        {
            Answer(line, refusal);
        }
        else
        {
            _answers.Add(new ImportedLine(line.Number, sub, isThere ? "replaced" : "created"));
        }
    }

    private Error? IsNotRepeated(string sub) => _seen.Add(sub) ? null : new Error("sub_repeated", 400, "An earlier line is about the same subject.", "sub");

    private void Answer(ImportLine line, Error error) => _answers.Add(new ImportedLine(line.Number, line.Spec?.Sub, "refused", Problem.From(error)));
}
