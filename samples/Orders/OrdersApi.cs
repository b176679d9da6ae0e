using System.Security.Claims;
using Npgsql;
using Tessera.AspNetCore.Declarations;
using Tessera.AspNetCore.Work;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Postgres.Tenants;

namespace Orders;

internal sealed record Order(long Id, string Item, int Quantity, string PlacedBy, DateTimeOffset CreatedAt, DateTimeOffset? ConfirmedAt);

internal sealed record OrderList(TenantId Tenant, IReadOnlyList<Order> Orders);

internal sealed record NewOrder(string? Item, int Quantity);

/// <summary>No statement here names a tenant: the database shows and takes the caller's rows alone.</summary>
internal static class OrdersApi
{
    public static void MapOrders(this WebApplication app)
    {
        var orders = app.MapGroup("/orders");
        orders.MapGet("", ListAsync).RequirePermission("orders:read");
        orders.MapGet("{id:long}", GetAsync).RequirePermission("orders:read");
        orders.MapPost("", PlaceAsync).RequirePermission("orders:write");
    }

    private static async Task<OrderList> ListAsync(TenantDatabase database, TenantScope scope, CancellationToken cancellation) =>
        new(scope.Tenant, await database.QueryAsync(new("SELECT * FROM orders ORDER BY id DESC LIMIT 500"), Read, cancellation));

    private static async Task<IResult> GetAsync(long id, TenantDatabase database, CancellationToken cancellation)
    {
        var found = await database.QueryAsync(new("SELECT * FROM orders WHERE id = $1") { Parameters = { new() { Value = id } } }, Read, cancellation);
        return found is [var order] ? Results.Ok(order) : Failed(new Error("order_unknown", 404, "There is no such order."));
    }

    private static async Task<IResult> PlaceAsync(NewOrder order, ClaimsPrincipal caller, TenantDatabase database, ITenantWorkQueue work, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(order.Item) || order.Item.Length > 200 || order.Item.Contains('\0', StringComparison.Ordinal))
        {
            return Failed(new Error("order_item_invalid", 400, "Name the item in 1 to 200 characters.", "item"));
        }

        if (order.Quantity is < 1 or > 1000)
        {
            return Failed(new Error("order_quantity_invalid", 400, "Order 1 to 1000 of it.", "quantity"));
        }

        NpgsqlBatchCommand insert = new("INSERT INTO orders (item, quantity, placed_by) VALUES ($1, $2, $3) RETURNING *")
        {
            Parameters = { new() { Value = order.Item }, new() { Value = order.Quantity }, new() { Value = caller.FindFirstValue("sub")! } },
        };
        var placed = (await database.QueryAsync(insert, Read, cancellation)).Single();
        await work.EnqueueAsync((services, stop) => ConfirmAsync(placed.Id, services.GetRequiredService<TenantDatabase>(), stop), cancellation);
        return Results.Created($"/orders/{placed.Id}", placed);
    }

    /// <summary>Runs after the answer, in a scope of its own; the tenant of the order travels with the work.</summary>
    private static Task<int> ConfirmAsync(long id, TenantDatabase database, CancellationToken stop) =>
        database.ExecuteAsync(new("UPDATE orders SET confirmed_at = now() WHERE id = $1") { Parameters = { new() { Value = id } } }, stop);

    private static Order Read(NpgsqlDataReader row) => new(
        row.GetInt64(row.GetOrdinal("id")),
        row.GetString(row.GetOrdinal("item")),
        row.GetInt32(row.GetOrdinal("quantity")),
        row.GetString(row.GetOrdinal("placed_by")),
        row.GetFieldValue<DateTimeOffset>(row.GetOrdinal("created_at")),
        row.GetFieldValue<DateTimeOffset?>(row.GetOrdinal("confirmed_at")));

    private static IResult Failed(Error error) => Results.Json(Problem.From(error), contentType: Problem.MediaType, statusCode: error.Status);
}
