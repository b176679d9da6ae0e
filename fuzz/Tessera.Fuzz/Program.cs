using System.Text;
using SharpFuzz;
using Tessera.Fuzz;
using Tessera.Fuzz.Parsers;

// PARSER: one process under afl-fuzz, which feeds it. PARSER --mutate SECONDS CORPUS: without afl-fuzz. --list: the names.
switch (args)
{
    case ["--list"]:
        Console.WriteLine(string.Join('\n', AllParsers.List.Select(parser => parser.Name)));
        return 0;
    case [var name]:
        Fuzzer.OutOfProcess.Run(stream =>
        {
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            Find(name).Try(Encoding.UTF8.GetString(bytes.ToArray())); // not before: what is instrumented runs in here alone
        });
        return 0;
    case [var name, "--mutate", var seconds, var corpus] when int.TryParse(seconds, out var time):
        return Mutation.Run(Find(name), TimeSpan.FromSeconds(time), corpus);
    default:
        Console.Error.WriteLine("usage: Tessera.Fuzz PARSER [--mutate SECONDS CORPUS] | --list");
        return 2;
}

static Parser Find(string name) => AllParsers.Find(name) ?? throw new ArgumentException($"There is no parser '{name}'.", nameof(name));
