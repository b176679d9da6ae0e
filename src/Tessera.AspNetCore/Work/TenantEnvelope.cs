using Tessera.Contracts.Ids;

namespace Tessera.AspNetCore.Work;

/// <summary>A message of a tenant's, as it was sealed.</summary>
/// <param name="Tenant">Whose it is: of the scope that sealed it.</param>
/// <param name="Id">One of its own. Brokers deliver twice, and who can write to one can repeat a message: work that must be done once remembers this.</param>
public sealed record TenantEnvelope<T>(TenantId Tenant, string Id, DateTimeOffset SealedAt, T Body);

/// <summary>What became of a message that was to be opened.</summary>
public abstract record EnvelopeOpening<T>
{
    private EnvelopeOpening()
    {
    }

    /// <summary>It is the application's own.</summary>
    public sealed record Opened(TenantEnvelope<T> Envelope) : EnvelopeOpening<T>;

    /// <summary>Nothing of it is to be believed.</summary>
    public sealed record Refused(EnvelopeFailure Failure) : EnvelopeOpening<T>;
}

/// <summary>Why a message was refused.</summary>
public enum EnvelopeFailure
{
    /// <summary>Longer than 1 MiB. Nothing of it was looked at.</summary>
    TooLong,

    /// <summary>Not of the form this library writes, or the body is not of the expected type.</summary>
    Malformed,

    /// <summary>Sealed with a key this application does not have, or no longer.</summary>
    KeyUnknown,

    /// <summary>Tenant, type, time or body is not what was sealed.</summary>
    SealBroken,

    /// <summary>Sealed as a message of another type.</summary>
    OtherType,

    /// <summary>Older than <see cref="TenantEnvelopeOptions.GoodFor"/>.</summary>
    TooOld,

    /// <summary>Sealed more than 60 seconds ahead.</summary>
    FromTheFuture,
}
