using System.Text.Json.Serialization;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Moves;
using Tessera.Contracts.Policies;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Revocations;
using Tessera.Contracts.Routing;

namespace Tessera.Contracts.Wire;

/// <summary>How every record of this project is written: snake_case members, nulls left out, everything without a default required, nothing twice.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ServiceToken))]
[JsonSerializable(typeof(FeedPage))]
[JsonSerializable(typeof(Route))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(PublicJwk))]
[JsonSerializable(typeof(PublicJwk[]))]
[JsonSerializable(typeof(JoinRequest))]
[JsonSerializable(typeof(JoinResponse))]
[JsonSerializable(typeof(PoolSpec))]
[JsonSerializable(typeof(PoolKeys))]
[JsonSerializable(typeof(RealmSpec))]
[JsonSerializable(typeof(ClientSpec))]
[JsonSerializable(typeof(AccountSpec))]
[JsonSerializable(typeof(AccountRecord))]
[JsonSerializable(typeof(AccountPage))]
[JsonSerializable(typeof(AccountChange))]
[JsonSerializable(typeof(AccountGone))]
[JsonSerializable(typeof(SharedTenantSpec))]
[JsonSerializable(typeof(ClientGrantSpec))]
[JsonSerializable(typeof(MemberSpec))]
[JsonSerializable(typeof(ForkSpec))]
[JsonSerializable(typeof(Forked))]
[JsonSerializable(typeof(RealmImport))]
[JsonSerializable(typeof(RealmsImported))]
[JsonSerializable(typeof(AccountImport))]
[JsonSerializable(typeof(AccountsImported))]
[JsonSerializable(typeof(CellStatement))]
[JsonSerializable(typeof(CellTelling))]
[JsonSerializable(typeof(ArrivalSpec))]
[JsonSerializable(typeof(ArrivalReady))]
[JsonSerializable(typeof(DepartureSpec))]
[JsonSerializable(typeof(RowsRequest))]
[JsonSerializable(typeof(MoveDigest))]
[JsonSerializable(typeof(FenceSpec))]
[JsonSerializable(typeof(ActivateSpec))]
[JsonSerializable(typeof(MovedSpec))]
[JsonSerializable(typeof(MoveStanding))]
[JsonSerializable(typeof(RepoolSpec))]
[JsonSerializable(typeof(PolicyPage))]
[JsonSerializable(typeof(PolicyQuestion))]
internal sealed partial class WireJson : JsonSerializerContext;
