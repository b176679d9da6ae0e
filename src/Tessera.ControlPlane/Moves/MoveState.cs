using System.Text.Json.Serialization;

namespace Tessera.ControlPlane.Moves;

/// <summary>How far a move is. Every state is durable and says what is to be done next, by whoever picks the move up.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MoveState>))]
internal enum MoveState
{
    /// <summary>Asked for. Nothing has happened at a cell, or the target is being made ready.</summary>
    [JsonStringEnumMemberName("planned")] Planned,

    /// <summary>Rows travel while the tenant works.</summary>
    [JsonStringEnumMemberName("copying")] Copying,

    /// <summary>The source is told to shut the realm.</summary>
    [JsonStringEnumMemberName("fencing")] Fencing,

    /// <summary>Nothing is written any more; what still differs travels.</summary>
    [JsonStringEnumMemberName("fenced")] Fenced,

    /// <summary>Both sides have the same.</summary>
    [JsonStringEnumMemberName("verified")] Verified,

    /// <summary>Decided: from here the move only goes forward.</summary>
    [JsonStringEnumMemberName("cutover")] Cutover,

    /// <summary>The tenant lives at the target and everyone is told; the source is about to be.</summary>
    [JsonStringEnumMemberName("announced")] Announced,

    /// <summary>The source points to the target until no token of it lives, then forgets the realm.</summary>
    [JsonStringEnumMemberName("purging")] Purging,

    [JsonStringEnumMemberName("purged")] Purged,

    /// <summary>Decided against: the source is opened again and the target forgets what came.</summary>
    [JsonStringEnumMemberName("rolling_back")] RollingBack,

    [JsonStringEnumMemberName("rolled_back")] RolledBack,
}
