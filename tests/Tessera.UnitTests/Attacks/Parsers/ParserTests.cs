using System.Diagnostics;
using CsCheck;
using Tessera.Fuzz;
using Tessera.Fuzz.Parsers;
using Tessera.UnitTests.Architecture;

namespace Tessera.UnitTests.Attacks.Parsers;

/// <summary>Every reader of untrusted text, given anything: it refuses in the way it declares, or keeps its promises.</summary>
public sealed class ParserTests
{
    private const int Body = 64 * 1024; // no form, header or line is longer
    private const int Record = 8 * 1024; // a file is read record by record
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(100);

    public static TheoryData<string> Names => [.. AllParsers.List.Select(parser => parser.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Whatever_a_reader_is_given_it_refuses_or_keeps_its_promises(string name)
    {
        var parser = Find(name);
        var seeds = Corpus(name).Select(text => text[..Math.Min(text.Length, 600)]).ToArray();
        var seed = Gen.Int[0, seeds.Length - 1].Select(i => seeds[i]);
        var piece = Gen.Select(seed, Gen.Int[0, 600], Gen.Int[0, 40], (text, from, length) => from >= text.Length ? "" : text.Substring(from, Math.Min(length, text.Length - from)));
        var odd = Gen.OneOf("\0", "\n", "\r\n", "\u001b[2J", "\u200b", "\ufeff", "\u0301", "\ud800", "\udfff", "\u212a", "İ", "ß", "%00", "\"", "\\", "{", "[", ".", "=", "@", "/", ":", "$", ",");
        var text = Gen.OneOf(
            Gen.String[0, 80],
            Gen.String[Gen.Char[' ', '~'], 0, 80],
            Gen.Select(seed, Gen.Int[0, 600], Gen.OneOf(odd, piece, Gen.String[0, 3]), (whole, at, put) => whole.Insert(Math.Min(at, whole.Length), put)),
            Gen.Select(seed, Gen.Int[0, 600], Gen.Int[1, 8], (whole, at, length) => at >= whole.Length ? whole : whole.Remove(at, Math.Min(length, whole.Length - at))),
            piece.Array[1, 6].Select(string.Concat),
            Gen.OneOf(odd, piece).Array[1, 12].Select(string.Concat));
        text.Sample(parser.Try, iter: name == "csv-table" ? 500 : 5_000, threads: 1);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_was_found_once_holds_from_then_on(string name)
    {
        var corpus = Corpus(name);
        Assert.NotEmpty(corpus);
        Assert.All(corpus, Find(name).Try);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_text_of_any_size_is_done_with_in_100_milliseconds(string name)
    {
        var parser = Find(name);
        parser.Try("");
        foreach (var text in Large(Corpus(name)[0], name.StartsWith("csv", StringComparison.Ordinal) ? Record : Body))
        {
            var shortest = TimeSpan.MaxValue;
            for (var turn = 0; turn < 20 && shortest > Longest; turn++) // the machine may be busy; what is slow is slow each time
            {
                var clock = Stopwatch.StartNew();
                parser.Try(text);
                shortest = TimeSpan.FromTicks(Math.Min(shortest.Ticks, clock.Elapsed.Ticks));
            }

            Assert.True(shortest <= Longest, $"{name} took {shortest.TotalMilliseconds:F0} ms for {text.Length} characters beginning with {text[..20]}.");
        }
    }

    private static IEnumerable<string> Large(string good, int largest) =>
    [
        .. new[] { "a", "A", "0", ".", "-", "[", "{\"a\":", "\"", ",", "\n", "%", "&a=", "@", "$", "a.", "a,b\n", "\u0301", "\ufdfa", "\ud800" }.Select(piece => string.Concat(Enumerable.Repeat(piece, largest / piece.Length))),
        good + new string('a', largest),
        new string(' ', largest) + good,
    ];

    private static Parser Find(string name) => AllParsers.Find(name)!;

    private static List<string> Corpus(string name) =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "fuzz", "corpus", name)).Order(StringComparer.Ordinal).Select(file => System.Text.Encoding.UTF8.GetString(File.ReadAllBytes(file)))];
}
