namespace Tessera.Up;

/// <summary>Waits until a part says of itself that it serves.</summary>
internal static class Health
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task AnswersAsync(HttpClient http, string name, string origin, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            while (!await IsWellAsync(http, origin, limit.Token))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new Fault($"{name} does not answer {origin}/health.");
        }
    }

    private static async Task<bool> IsWellAsync(HttpClient http, string origin, CancellationToken cancellation)
    {
        try
        {
            using var response = await http.GetAsync(new Uri(origin + "/health"), cancellation);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
