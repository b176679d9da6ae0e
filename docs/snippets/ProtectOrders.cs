using Microsoft.EntityFrameworkCore.Migrations;
using Tessera.Postgres.Schema;

namespace Snippets;

#region migration
public partial class ProtectOrders : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.ProtectTenant("orders");

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.UnprotectTenant("orders");
}
#endregion
