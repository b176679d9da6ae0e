using System.ComponentModel.DataAnnotations;

namespace Orders;

/// <summary>The section <c>Orders</c>. All that is missing is told at once, and the host does not start.</summary>
internal sealed class OrdersOptions
{
    /// <summary>Connects as the role that serves requests: neither owner nor superuser.</summary>
    [Required]
    public string Postgres { get; set; } = "";

    /// <summary>Connects as the tables' owner; used once, at start.</summary>
    [Required]
    public string PostgresOwner { get; set; } = "";
}
