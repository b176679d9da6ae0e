using System.ComponentModel.DataAnnotations;

namespace Orders.Page;

/// <summary>What the page needs beside the API's settings.</summary>
internal sealed class PageOptions
{
    /// <summary>The authority browsers use; the redirect URI is <c>http://{Host}/callback</c>.</summary>
    [Required]
    public string Host { get; set; } = "orders.localhost:8410";

    /// <summary>Origin of the auth host.</summary>
    [Required, Url]
    public string RouteApi { get; set; } = "";
}
