using System.Diagnostics;
using Tessera.Guards;
using Tessera.Guards.Running;
using Tessera.Guards.Table;

// Tessera.Guards ROOT [--only TEXT[,TEXT]…] [--jobs N]: for each guard, the tests that fail when it is taken out.
var root = args.Length > 0 ? Path.GetFullPath(args[0]) : throw new ArgumentException("Name the repository's folder first.");
string? Option(string name) => Array.IndexOf(args, name) is > 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
var only = Option("--only")?.Split(',');
List<Guard> guards = [.. GuardTable.All.Where(guard => only is null || only.Any(text => (guard.Rule + " " + guard.Method).Contains(text, StringComparison.OrdinalIgnoreCase)))];
var clock = Stopwatch.StartNew();
var faults = await new GuardRuns(root, TextWriter.Synchronized(Console.Out)).RunAsync(guards, atOnce: int.TryParse(Option("--jobs"), out var jobs) ? jobs : Environment.ProcessorCount);
Console.WriteLine($"{guards.Count - faults.Count} of {guards.Count} guards are missed by a test when they are gone; {clock.Elapsed.TotalMinutes:F1} minutes");
return guards.Count > 0 && faults.Count == 0 ? 0 : 1;
