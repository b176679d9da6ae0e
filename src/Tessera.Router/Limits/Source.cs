using System.Buffers.Binary;
using System.Net;

namespace Tessera.Router.Limits;

/// <summary>Where a request comes from, as far as limits tell sources apart: an IPv4 address or an IPv6 /64, which one subscriber usually has whole.</summary>
internal static class Source
{
    public static UInt128 Of(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address is null || !address.TryWriteBytes(bytes, out var length))
        {
            return default;
        }

        if (length == 4)
        {
            return BinaryPrimitives.ReadUInt32BigEndian(bytes);
        }

        return address.IsIPv4MappedToIPv6
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes[12..])
            : new UInt128(BinaryPrimitives.ReadUInt64BigEndian(bytes), ulong.MaxValue);
    }
}
