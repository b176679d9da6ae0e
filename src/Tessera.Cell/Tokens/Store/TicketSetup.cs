using Microsoft.Extensions.Options;

namespace Tessera.Cell.Tokens.Store;

/// <summary>The way to tickets that fits the cell's store.</summary>
internal static class TicketSetup
{
    public static void AddTickets(this IServiceCollection services)
    {
        services.AddSingleton<PostgresTicketRows>();
        services.AddScoped<EntityTicketRows>();
        services.AddScoped<ITicketRows>(provider => provider.GetRequiredService<IOptions<CellOptions>>().Value.Postgres is null
            ? provider.GetRequiredService<EntityTicketRows>()
            : provider.GetRequiredService<PostgresTicketRows>());
        services.AddScoped<TicketWork>();
    }
}
