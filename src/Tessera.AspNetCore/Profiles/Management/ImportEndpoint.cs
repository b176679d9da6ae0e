using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Tessera.AspNetCore.Errors;
using Tessera.Contracts.Errors;

namespace Tessera.AspNetCore.Profiles.Management;

/// <summary>Many profiles with one request: a JSON object a line (NDJSON), each line answered for itself, all that are taken in one transaction.</summary>
internal static class ImportEndpoint
{
    private const string MediaType = "application/x-ndjson";

    public static async Task<IResult> ImportAsync(HttpContext context, ProfileStore store)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || type.MediaType != MediaType)
        {
            return new ProblemResult(new Error("unsupported_media_type", 415, $"Send the body as {MediaType}: one JSON object a line."));
        }

        var read = await ProfileRequest.BytesAsync(context, ProfileLimits.ImportBytes);
        if (read is not ProfileResult<byte[]>.Done(var body))
        {
            return ProfileEndpoints.Answer(context, read, null, _ => Results.Ok());
        }

        var lines = Lines(body);
        if (LinesAreFew(lines) is { } tooMany)
        {
            return new ProblemResult(tooMany);
        }

        var replace = context.Request.Query["existing"] == "replace";
        var result = await store.ImportAsync(ProfileRequest.Caller(context), lines, replace, context.RequestAborted);
        return ProfileEndpoints.Answer(context, result, null, answers => Results.Json(Report(answers), ProfileJson.Default.ImportReport));
    }

    private static Error? LinesAreFew(List<ImportLine> lines) =>
        lines.Count > ProfileLimits.ImportLines ? new Error("too_many_values", 400, $"An import has at most {ProfileLimits.ImportLines} lines.") : null;

    // No more lines are read than it takes to see that there are too many.
    private static List<ImportLine> Lines(ReadOnlySpan<byte> body)
    {
        var (lines, number) = (new List<ImportLine>(), 0);
        foreach (var range in body.Split((byte)'\n'))
        {
            number++;
            var line = body[range].Trim(" \t\r"u8);
            if (line.Length > 0 && lines.Count <= ProfileLimits.ImportLines)
            {
                lines.Add(Line(number, line));
            }
        }

        return lines;
    }

    private static ImportLine Line(int number, ReadOnlySpan<byte> line) =>
        line.Length > ProfileLimits.BodyBytes ? new ImportLine(number, null, new Error("body_too_large", 413, $"A line has at most {ProfileLimits.BodyBytes} bytes."))
        : ProfileRequest.Parse(line, ProfileJson.Default.ImportSpec) switch
        {
            ProfileResult<ImportSpec>.Done(var spec) => new ImportLine(number, spec, null),
            ProfileResult<ImportSpec>.Refused(var error) => new ImportLine(number, null, error),
            _ => throw new InvalidOperationException("A line is either read or refused."),
        };

    private static ImportReport Report(IReadOnlyList<ImportedLine> lines)
    {
        int Count(string outcome) => lines.Count(line => line.Outcome == outcome);
        return new ImportReport(Count("created"), Count("replaced"), Count("present"), Count("refused"), lines);
    }
}
