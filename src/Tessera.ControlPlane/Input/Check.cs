using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Tessera.Contracts.Errors;
using Tessera.ControlPlane.Http;

namespace Tessera.ControlPlane.Input;

/// <summary>Collects the first fault of an input while it is read, so that a rule is one line where it applies.</summary>
internal sealed class Check
{
    /// <summary>The first fault found; null while there is none.</summary>
    public Error? Fault { get; private set; }

    public void Fail(Error error) => Fault ??= error;

    /// <summary>Text of one line that must be there.</summary>
    public string Text(string? text, string field, int most)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            Fail(HttpErrors.Required(field));
            return "";
        }

        return OptionalText(text, field, most)!;
    }

    /// <summary>Text of one line, if there is any.</summary>
    public string? OptionalText(string? text, string field, int most)
    {
        if (text is not null && (text.Length is 0 || text.Length > most || text.Any(char.IsControl)))
        {
            Fail(HttpErrors.Invalid(field, $"Give 1 to {most} characters without control characters."));
        }

        return text;
    }

    /// <summary>Each value of a list read by <paramref name="read"/>, which is told the value's own field.</summary>
    public string[] List(IReadOnlyList<string?>? values, string field, int most, Func<string, string, string> read)
    {
        if (values is null)
        {
            return [];
        }

        if (values.Count > most)
        {
            Fail(HttpErrors.TooMany(field, most));
            return [];
        }

        var made = new List<string>(values.Count);
        for (var i = 0; i < values.Count; i++)
        {
            var at = $"{field}[{i}]";
            var value = values[i] is { } text ? read(text, at) : null;
            if (value is null)
            {
                Fail(HttpErrors.Required(at));
            }
            else if (made.Contains(value, StringComparer.Ordinal))
            {
                Fail(HttpErrors.Invalid(at, "The value is given twice."));
            }
            else
            {
                made.Add(value);
            }
        }

        return [.. made];
    }

    /// <summary>One of a few words.</summary>
    public string OneOf(string? text, string field, params ReadOnlySpan<string> words)
    {
        if (text is null || !words.Contains(text))
        {
            Fail(HttpErrors.Invalid(field, $"Give one of: {string.Join(", ", words!)}."));
        }

        return text ?? "";
    }

    /// <summary>A whole number of the query within bounds; <paramref name="absent"/> when it is not given.</summary>
    public long Number(string? text, string field, long least, long most, long absent)
    {
        if (text is null)
        {
            return absent;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
        {
            Fail(HttpErrors.Invalid(field, $"Give a whole number from {least} to {most}."));
            return absent;
        }

        return number;
    }

    /// <summary>A whole number within bounds, if there is any.</summary>
    public int? Within(int? number, string field, int least, int most)
    {
        if (number < least || number > most)
        {
            Fail(HttpErrors.Invalid(field, $"Give a whole number from {least} to {most}."));
        }

        return number;
    }

    public bool Failed([NotNullWhen(true)] out Error? fault)
    {
        fault = Fault;
        return fault is not null;
    }
}
