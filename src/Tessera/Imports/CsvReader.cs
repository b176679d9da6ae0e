using System.Text;

namespace Tessera.Imports;

/// <summary>One record of a file, and the line it begins at, counted from 1.</summary>
/// <param name="Fault">Why it could not be read; then it has no fields.</param>
internal sealed record CsvRecord(int Line, IReadOnlyList<string> Fields, string? Fault = null);

/// <summary>
/// CSV as RFC 4180 has it, read as a stream: commas, quotes doubled within quotes, lines ended by CR LF or LF. A record that
/// is malformed or too long is told as such, and reading goes on behind its line; an empty line is none.
/// </summary>
internal sealed class CsvReader(TextReader text)
{
    /// <summary>Characters of a field.</summary>
    public const int LongestField = 8 * 1024;

    public const int MostFields = 100;

    private readonly StringBuilder _field = new();
    private int _line = 1;

    public IEnumerable<CsvRecord> Read()
    {
        while (text.Peek() >= 0)
        {
            var record = Next();
            if (record.Fields is not [""] || record.Fault is not null)
            {
                yield return record;
            }
        }
    }

    private CsvRecord Next()
    {
        var start = _line;
        var fields = new List<string>();
        while (true)
        {
            var (fault, last) = text.Peek() == '"' ? Quoted() : Plain();
            fields.Add(_field.ToString());
            fault ??= fields.Count > MostFields ? $"The record has more than {MostFields} fields." : null;
            if (fault is not null)
            {
                if (!last)
                {
                    SkipLine();
                }

                return new CsvRecord(start, [], fault);
            }

            if (last)
            {
                return new CsvRecord(start, fields);
            }
        }
    }

    // Up to a comma, or the line's end, which makes it the last.
    private (string? Fault, bool Last) Plain()
    {
        _field.Clear();
        while (true)
        {
            var c = text.Read();
            if (c is ',')
            {
                return (null, false);
            }

            if (c < 0 || EndsLine(c))
            {
                return (null, true);
            }

            if (c is '"')
            {
                return ("A quote stands in a field that does not begin with one.", false);
            }

            if (_field.Append((char)c).Length > LongestField)
            {
                return (TooLong, false);
            }
        }
    }

    private (string? Fault, bool Last) Quoted()
    {
        _field.Clear();
        text.Read();
        while (true)
        {
            var c = text.Read();
            if (c < 0)
            {
                return ("A quote is not closed before the file ends.", true);
            }

            if (c is '"' && text.Peek() != '"')
            {
                break;
            }

            if (c is '"')
            {
                text.Read();
            }

            _line += c is '\n' ? 1 : 0;
            if (_field.Append((char)c).Length > LongestField)
            {
                return (TooLong, false);
            }
        }

        var after = text.Read();
        return after is ',' ? (null, false)
            : after < 0 || EndsLine(after) ? (null, true)
            : ("Something stands behind a closing quote.", false);
    }

    private static string TooLong => $"A field has more than {LongestField} characters.";

    private bool EndsLine(int c)
    {
        if (c is '\r' && text.Peek() == '\n')
        {
            c = text.Read();
        }

        _line += c is '\n' ? 1 : 0;
        return c is '\n';
    }

    private void SkipLine()
    {
        int c;
        do
        {
            c = text.Read();
        }
        while (c >= 0 && !EndsLine(c));
    }
}
