using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Tessera.Tour;

/// <summary>One thing the tour has shown. Of a trick: what was tried, and what came back.</summary>
internal sealed record Sight(string Stop, string What, string Seen, bool AsPromised);

internal sealed record TourRecord(IReadOnlyList<Sight> Sights, int Refused, double Seconds);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(TourRecord))]
internal sealed partial class TourJson : JsonSerializerContext;

/// <summary>Tells what is seen, as it is seen, and keeps count of what was not as promised.</summary>
internal sealed class Guide(bool json)
{
    private readonly List<Sight> _sights = [];
    private readonly long _begun = TimeProvider.System.GetTimestamp();
    private string _stop = "";
    private int _tricks;

    /// <summary>Goes on to the next stop.</summary>
    public void Enter(string title)
    {
        _stop = title;
        if (!json)
        {
            AnsiConsole.WriteLine();
            AnsiConsole.Write(new Rule(Markup.Escape(title)).LeftJustified());
        }
    }

    /// <summary>Shows something, and whether it is as it must be.</summary>
    public void Show(string what, string seen, bool asPromised = true)
    {
        _sights.Add(new Sight(_stop, what, seen, asPromised));
        if (!json)
        {
            AnsiConsole.MarkupLine($"  {(asPromised ? "[green]✓[/]" : "[red]✗[/]")} {Markup.Escape(what)} [grey]{Markup.Escape(seen)}[/]");
        }
    }

    /// <summary>Shows a trick, which must have been refused.</summary>
    public void ShowTrick(string what, string answer, bool refused)
    {
        _tricks++;
        Show(what, answer, refused);
    }

    /// <summary>Says how it went.</summary>
    /// <exception cref="Fault">Something was not as promised.</exception>
    public void Leave()
    {
        var record = new TourRecord(_sights, _tricks, Math.Round(TimeProvider.System.GetElapsedTime(_begun).TotalSeconds, 1));
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(record, TourJson.Default.TourRecord));
        }
        else
        {
            AnsiConsole.WriteLine();
            AnsiConsole.WriteLine($"{record.Sights.Count} things shown, {_tricks} tricks tried and refused, in {record.Seconds} s.");
        }

        if (_sights.Find(sight => !sight.AsPromised) is { } broken)
        {
            throw new Fault($"Not as promised: {broken.Stop}: {broken.What} ({broken.Seen})");
        }
    }
}
