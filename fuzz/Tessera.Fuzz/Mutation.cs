using System.Diagnostics;
using System.Text;

namespace Tessera.Fuzz;

/// <summary>Where afl-fuzz is not to be had: random changes of the corpus, in this process, without knowing what they reach.</summary>
internal static class Mutation
{
    private const int Longest = 64 * 1024;

    /// <summary>Runs for about <paramref name="time"/>; 1 if anything broke, and what did is written beside the corpus.</summary>
    public static int Run(Parser parser, TimeSpan time, string corpus)
    {
        var seeds = Directory.GetFiles(corpus).Select(File.ReadAllBytes).ToList();
        var random = new Random();
        var (clock, tried) = (Stopwatch.StartNew(), 0L);
        while (clock.Elapsed < time)
        {
            var input = Changed(seeds, random);
            tried++;
            try
            {
                parser.Try(Encoding.UTF8.GetString(input));
            }
            catch (Exception e)
            {
                var file = Path.Combine(corpus, $"crash-{Guid.NewGuid():N}");
                File.WriteAllBytes(file, input);
                Console.WriteLine($"{parser.Name}: {e.GetType().Name}: {e.Message}\n{file}");
                return 1;
            }
        }

        Console.WriteLine($"{parser.Name}: {tried} texts tried in {clock.Elapsed.TotalSeconds:F0} s, nothing broke");
        return 0;
    }

    private static byte[] Changed(List<byte[]> seeds, Random random)
    {
        var input = seeds[random.Next(seeds.Count)].ToList();
        for (var change = random.Next(1, 8); change > 0; change--)
        {
            var at = random.Next(input.Count + 1);
            switch (random.Next(5))
            {
                case 0 when at < input.Count:
                    input[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < input.Count:
                    input.RemoveRange(at, random.Next(1, Math.Min(16, input.Count - at) + 1));
                    break;
                case 2:
                    input.Insert(at, (byte)random.Next(256));
                    break;
                case 3:
                    var other = seeds[random.Next(seeds.Count)];
                    var from = random.Next(other.Length + 1);
                    input.InsertRange(at, other.AsSpan(from, random.Next(other.Length - from + 1)).ToArray());
                    break;
                default:
                    input.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), random.Next(1, 64)));
                    break;
            }
        }

        return [.. input.Take(Longest)];
    }
}
