using Tessera.Cell.Moves.Ledger;
using Tessera.Cell.Moves.Rows;

namespace Tessera.Cell.Moves;

internal static class MoveServices
{
    public static void AddMoves(this IServiceCollection services)
    {
        services.AddSingleton<TravellingTables>();
        services.AddSingleton<RowLedger>();
        services.AddSingleton<MoveAnswers>();
        services.AddSingleton<Arrivals>();
        services.AddSingleton<Activation>();
        services.AddSingleton<Departures>();
        services.AddSingleton<Fences>();
        services.AddSingleton<Repooling>();
        services.AddSingleton<MoveSweeper>().AddHostedService(provider => provider.GetRequiredService<MoveSweeper>());
    }
}
