using System.Text.Json;
using System.Text.Json.Serialization;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Files;

namespace Tessera.Cell.Joining;

/// <summary>What a cell keeps of its joining, in <c>membership.json</c>.</summary>
/// <param name="ControlPlane">Origin of the control plane, as the cell was last told it.</param>
internal sealed record KeptMembership(CellId CellId, string Region, PublicJwk ControlKey, string? ControlPlane = null)
{
    public static async Task<KeptMembership?> ReadAsync(string file, CancellationToken cancellation) =>
        JsonSerializer.Deserialize(await File.ReadAllTextAsync(file, cancellation), MembershipJson.Default.KeptMembership);

    public void Write(string file) => PrivateFile.Write(file, JsonSerializer.Serialize(this, MembershipJson.Default.KeptMembership));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(KeptMembership))]
internal sealed partial class MembershipJson : JsonSerializerContext;
