namespace Tessera.Router.Map;

// The five ways to a tenant, and its id, by which a change finds what it changes. A shared tenant has neither host nor
// realm nor client of its own: those of its home name no tenant. Nor do host and realm of a user pool.

internal readonly struct ById : IRecordKeys
{
    public static bool MayBeShared => false;

    public static int Count(TenantRecord record) => 1;

    public static ReadOnlySpan<byte> At(TenantRecord record, int number) => record.IdBytes;
}

internal readonly struct BySlug : IRecordKeys
{
    public static bool MayBeShared => false;

    public static int Count(TenantRecord record) => 1;

    public static ReadOnlySpan<byte> At(TenantRecord record, int number) => record.Slug;
}

internal readonly struct ByHost : IRecordKeys
{
    public static bool MayBeShared => false;

    public static int Count(TenantRecord record) => record.HasRealm ? 1 : 0;

    public static ReadOnlySpan<byte> At(TenantRecord record, int number) => record.Host;
}

internal readonly struct ByRealm : IRecordKeys
{
    public static bool MayBeShared => false;

    public static int Count(TenantRecord record) => record.HasRealm ? 1 : 0;

    public static ReadOnlySpan<byte> At(TenantRecord record, int number) => record.Realm;
}

internal readonly struct ByClient : IRecordKeys
{
    public static bool MayBeShared => false;

    public static int Count(TenantRecord record) => record.HasClients ? record.ClientCount : 0;

    public static ReadOnlySpan<byte> At(TenantRecord record, int number) => record.Client(number);
}

/// <summary>One e-mail domain may belong to several tenants.</summary>
internal readonly struct ByDomain : IRecordKeys
{
    public static bool MayBeShared => true;

    public static int Count(TenantRecord record) => record.DomainCount;

    public static ReadOnlySpan<byte> At(TenantRecord record, int number) => record.Domain(number);
}
