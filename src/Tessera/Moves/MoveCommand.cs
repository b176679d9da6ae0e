using System.CommandLine;
using Tessera.Commands;
using Tessera.Operator;

namespace Tessera.Moves;

/// <summary><c>tessera move</c>: shows, follows and aborts one move.</summary>
internal static class MoveCommand
{
    public static Command Build() => new("move", "Shows, follows and aborts one move.") { Show(), Watch(), Abort() };

    private static Command Show()
    {
        var (options, which) = (new ApiOptions(), Id());
        var command = options.AddTo(new Command("show", "Shows how far a move is.") { which });
        command.SetAction((result, cancellation) => Guarded.RunAsync(async () =>
            Output.Answer(options.Json(result), await options.Open(result).GetAsync(PathOf(result.GetValue(which)!), cancellation))));
        return command;
    }

    private static Command Watch()
    {
        var (options, which) = (new ApiOptions(), Id());
        var command = options.AddTo(new Command("watch", "Follows a move until it is through or rolled back.") { which });
        command.SetAction((result, cancellation) => Guarded.RunAsync(async () =>
        {
            var end = await MoveWatch.FollowAsync(options.Open(result), result.GetValue(which)!, options.Json(result), cancellation);
            if (options.Json(result))
            {
                Output.Json(end);
            }
        }));
        return command;
    }

    private static Command Abort()
    {
        var (options, which) = (new ApiOptions(), Id());
        var command = options.AddTo(new Command("abort", "Rolls a move back that is not decided yet.") { which });
        command.SetAction((result, cancellation) => Guarded.RunAsync(async () =>
            Output.Answer(options.Json(result), await options.Open(result).PostAsync($"{PathOf(result.GetValue(which)!)}/abort", [], cancellation))));
        return command;
    }

    private static Argument<string> Id() => new("move") { Description = "Its id" };

    private static string PathOf(string move) => $"/moves/{Uri.EscapeDataString(move)}";
}
