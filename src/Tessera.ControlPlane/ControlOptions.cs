namespace Tessera.ControlPlane;

/// <summary>Settings of the control plane, read from the section <c>Control</c>.</summary>
public sealed class ControlOptions
{
    /// <summary>Where it listens; TLS, where it is wanted, ends in front of it. Port 0 takes a free one.</summary>
    public string Listen { get; set; } = "http://127.0.0.1:8401";

    /// <summary>Folder of the control plane's key, the first admin key and, without PostgreSQL, the store.</summary>
    public string Data { get; set; } = "";

    /// <summary>Origin of the auth host. Issuers start with it; sign-in hosts are <c>{slug}.</c> and its authority.</summary>
    public string AuthHost { get; set; } = "http://localhost:8400";

    /// <summary>Connection of the runtime role, which owns nothing. Absent: SQLite in <see cref="Data"/>.</summary>
    public string? Postgres { get; set; }

    /// <summary>Connection of the tables' owner, used at start alone to make the schema. Absent: the schema must exist.</summary>
    public string? PostgresOwner { get; set; }

    /// <summary>How long the making of a tenant or client may take. What is unfinished then, after a crash say, is undone and its names are free again.</summary>
    public TimeSpan MakingTime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How many moves are at work at once, over all control planes of one directory; 2 unless set.</summary>
    public int MovesAtOnce { get; set; } = 2;

    /// <summary>How full the emptiest open cell of a region is when a spare one opens beside it: a share from 0.1 to 1.</summary>
    public double OpenSpareAt { get; set; } = 0.9;

    internal Uri AuthOrigin => new(AuthHost);
}
