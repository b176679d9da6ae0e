using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Tessera.Postgres.Checks;
using Tessera.UnitTests.Postgres;

namespace Tessera.UnitTests.OrdersSample;

public sealed class OrdersApiTests(OrdersHost host) : IClassFixture<OrdersHost>
{
    [Fact]
    public async Task Each_tenant_lists_its_own_orders_though_no_query_names_it()
    {
        using var acme = host.For(host.Directory.Acme);
        using var globex = host.For(host.Directory.Globex);
        await OrdersHost.PlaceAsync(acme, "anvil");
        await OrdersHost.PlaceAsync(globex, "doomsday device");

        var list = await acme.GetFromJsonAsync<JsonElement>("/orders", Cancellation);
        Assert.Equal(host.Directory.Acme.TenantId.ToString(), list.GetProperty("tenant").GetString());
        Assert.Contains("anvil", list.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("doomsday", list.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_tenants_order_is_as_unknown_as_one_that_never_was()
    {
        using var acme = host.For(host.Directory.Acme);
        using var globex = host.For(host.Directory.Globex);
        var id = await OrdersHost.PlaceAsync(acme, "rocket skates");

        Assert.Equal(HttpStatusCode.OK, (await acme.GetAsync($"/orders/{id}", Cancellation)).StatusCode);
        var (foreign, absent) = (await globex.GetAsync($"/orders/{id}", Cancellation), await globex.GetAsync("/orders/999999999", Cancellation));
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        Assert.Equal(await absent.Content.ReadAsStringAsync(Cancellation), await foreign.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task An_order_belongs_to_the_tenant_and_subject_of_the_token()
    {
        using var acme = host.For(host.Directory.Acme);
        var id = await OrdersHost.PlaceAsync(acme, "magnet");
        Assert.Equal(host.Directory.Acme.TenantId.Value, await host.Database.AskAsync<Guid>($"SELECT tenant_id FROM orders WHERE id = {id}"));
        Assert.Equal("0198c7a2-0000-7000-8000-00000000000a", await host.Database.AskAsync<string>($"SELECT placed_by FROM orders WHERE id = {id}"));

        var forged = await acme.PostAsJsonAsync("/orders", new { item = "x", quantity = 1, tenant_id = host.Directory.Globex.TenantId }, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
    }

    [Fact]
    public async Task An_order_is_confirmed_after_the_answer_by_work_of_its_tenant()
    {
        using var acme = host.For(host.Directory.Acme);
        var id = await OrdersHost.PlaceAsync(acme, "giant magnet");
        JsonElement order;
        for (var tries = 0; !(order = await acme.GetFromJsonAsync<JsonElement>($"/orders/{id}", Cancellation)).TryGetProperty("confirmed_at", out _); tries++)
        {
            Assert.True(tries < 100, $"It is not confirmed: {order}");
            await Task.Delay(50, Cancellation);
        }
    }

    [Theory]
    [InlineData("", 1, "order_item_invalid")]
    [InlineData(" ", 1, "order_item_invalid")]
    [InlineData("a\0b", 1, "order_item_invalid")]
    [InlineData("x", 0, "order_quantity_invalid")]
    [InlineData("x", 1001, "order_quantity_invalid")]
    public async Task A_senseless_order_is_refused(string item, int quantity, string code)
    {
        using var acme = host.For(host.Directory.Acme);
        var response = await acme.PostAsJsonAsync("/orders", new { item, quantity }, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(code, (await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("/orders")]
    [InlineData("/orders/1")]
    public async Task Nobody_reads_without_a_token(string path)
    {
        using var stranger = host.Browser();
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(path, Cancellation)).StatusCode);
    }

    [Fact]
    public async Task It_is_healthy()
    {
        using var stranger = host.Browser();
        Assert.Equal("""{"status":"ok"}""", await stranger.GetStringAsync("/health", Cancellation));
    }

    [Fact]
    public async Task It_does_not_start_as_a_role_that_no_policy_binds()
    {
        await using var app = host.Build(TestDatabase.With(TestDatabase.Administrator, await host.Database.AskAsync<string>("SELECT current_database()::text")), "other-data");
        var refusal = await Assert.ThrowsAsync<RowSecurityException>(() => app.StartAsync(Cancellation));
        Assert.Equal("superuser", Assert.Single(refusal.Faults).Rule);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
