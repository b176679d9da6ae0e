using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Tessera.Contracts.Ids;

namespace Tessera.Postgres.EntityFramework;

/// <summary>A <see cref="TenantId"/> as the <c>uuid</c> it is.</summary>
internal sealed class TenantIdConverter() : ValueConverter<TenantId, Guid>(id => id.Value, value => new TenantId(value));
