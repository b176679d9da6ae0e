await Orders.OrdersApp.Build(args).RunAsync();
