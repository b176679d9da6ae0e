namespace Tessera.AspNetCore.Work;

/// <summary>The application's own keys for its messages. Never a key of Tessera's.</summary>
public sealed class TenantEnvelopeOptions
{
    internal const int LeastBytes = 32;

    /// <summary>By a name that is public: 32 random bytes or more each. Any of them opens, so that they can be changed one after another.</summary>
    public IDictionary<string, byte[]> Keys { get; } = new Dictionary<string, byte[]>(StringComparer.Ordinal);

    /// <summary>The name of the key that seals.</summary>
    public string SealWith { get; set; } = "";

    /// <summary>How old a message may be. 7 days unless set.</summary>
    public TimeSpan GoodFor { get; set; } = TimeSpan.FromDays(7);

    internal IEnumerable<string> Faults()
    {
        foreach (var name in Keys.Where(key => key.Value.Length < LeastBytes).Select(key => key.Key))
        {
            yield return $"TenantEnvelopes: the key '{name}' must have at least {LeastBytes} bytes.";
        }

        if (!Keys.ContainsKey(SealWith))
        {
            yield return "TenantEnvelopes: SealWith must name one of Keys.";
        }

        if (GoodFor <= TimeSpan.Zero)
        {
            yield return "TenantEnvelopes: GoodFor must be positive.";
        }
    }
}
