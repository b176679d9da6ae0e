using System.Globalization;
using System.Text;

namespace Tessera.Names;

/// <summary>
/// Unicode's compatibility composition (UAX #15) from a table of our own: the framework's needs ICU, and without it leaves
/// every text as it is, so that one name could be had twice. A host that runs without ICU and one that runs with it agree.
/// </summary>
internal static class Nfkc
{
    private const int HangulBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TailBase = 0x11A7, Leads = 19, Vowels = 21, Tails = 28;
    private static readonly Lazy<Table> Data = new(Table.Read);

    /// <summary>The normal form; null for text that is no Unicode.</summary>
    public static string? Normalize(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        var runes = new List<int>(text.Length);
        for (var i = 0; i < text.Length; i += char.IsSurrogate(text[i]) ? 2 : 1)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune))
            {
                return null;
            }

            Decompose(rune.Value, runes);
        }

        Order(runes);
        Compose(runes);
        return string.Concat(runes.Select(char.ConvertFromUtf32));
    }

    private static void Decompose(int rune, List<int> into)
    {
        if (rune - HangulBase is var syllable and >= 0 and < Leads * Vowels * Tails)
        {
            into.Add(LeadBase + syllable / (Vowels * Tails));
            into.Add(VowelBase + syllable % (Vowels * Tails) / Tails);
            if (syllable % Tails != 0)
            {
                into.Add(TailBase + syllable % Tails);
            }
        }
        else if (Data.Value.Parts.TryGetValue(rune, out var parts))
        {
            into.AddRange(parts);
        }
        else
        {
            into.Add(rune);
        }
    }

    // Marks between two characters of class 0, by their class; those of one class stay as they are.
    private static void Order(List<int> runes)
    {
        for (var start = 0; start < runes.Count; start++)
        {
            var end = start;
            while (end < runes.Count && ClassOf(runes[end]) != 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                var sorted = runes.GetRange(start, end - start).OrderBy(ClassOf).ToList(); // stable
                runes.RemoveRange(start, end - start);
                runes.InsertRange(start, sorted);
            }

            start = Math.Max(start, end);
        }
    }

    private static void Compose(List<int> runes)
    {
        var (kept, starter, lastClass) = (0, -1, -1);
        foreach (var rune in runes.ToArray())
        {
            var ownClass = ClassOf(rune);
            if (starter >= 0 && lastClass < ownClass && Pair(runes[starter], rune) is { } composite)
            {
                runes[starter] = composite;
                continue;
            }

            if (ownClass == 0)
            {
                (starter, lastClass) = (kept, -1);
            }
            else
            {
                lastClass = ownClass;
            }

            runes[kept++] = rune;
        }

        runes.RemoveRange(kept, runes.Count - kept);
    }

    private static int? Pair(int first, int second)
    {
        if (first - LeadBase is var lead and >= 0 and < Leads && second - VowelBase is var vowel and >= 0 and < Vowels)
        {
            return HangulBase + (lead * Vowels + vowel) * Tails;
        }

        if (first - HangulBase is var syllable and >= 0 and < Leads * Vowels * Tails && syllable % Tails == 0 && second - TailBase is var tail and > 0 and < Tails)
        {
            return first + tail;
        }

        return Data.Value.Pairs.TryGetValue((first, second), out var composite) ? composite : null;
    }

    private static int ClassOf(int rune) => rune < 0x300 ? 0 : Data.Value.Classes.GetValueOrDefault(rune);

    private sealed record Table(Dictionary<int, int[]> Parts, Dictionary<(int, int), int> Pairs, Dictionary<int, int> Classes)
    {
        public static Table Read()
        {
            var table = new Table([], [], []);
            using var text = new StreamReader(typeof(Nfkc).Assembly.GetManifestResourceStream("nfkc.txt")!);
            while (text.ReadLine() is { } line)
            {
                if (line.Split(' ') is [['D' or 'P' or 'C'] kind, var first, ..] fields)
                {
                    table.Add(kind[0], Hex(first), fields);
                }
            }

            return table;
        }

        private void Add(char kind, int first, string[] fields)
        {
            switch (kind)
            {
                case 'D':
                    Parts[first] = [.. fields[2..].Select(Hex)];
                    break;
                case 'P':
                    Pairs[(first, Hex(fields[2]))] = Hex(fields[3]);
                    break;
                default:
                    for (var rune = first; rune <= Hex(fields[2]); rune++)
                    {
                        Classes[rune] = int.Parse(fields[3], CultureInfo.InvariantCulture);
                    }

                    break;
            }
        }

        private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
