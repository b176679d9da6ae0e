using System.Buffers.Binary;
using System.Text;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Routing;

namespace Tessera.Router.Map;

/// <summary>Writes a tenant as <see cref="TenantRecord"/> reads it. One at a time.</summary>
/// <param name="issuerBase">What every native issuer begins with: the auth host's origin and a slash.</param>
internal sealed class RecordWriter(RealmTexts realms, string issuerBase)
{
    private readonly byte[] _buffer = new byte[RecordLog.MostBytes];
    private int _length;

    /// <summary>The record; good until the next one is written.</summary>
    /// <exception cref="FormatException">The tenant does not fit, or a text is not what the directory may hold.</exception>
    public ReadOnlySpan<byte> Write(TenantEntry tenant, int cell)
    {
        try
        {
            return WriteFields(tenant, cell);
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw new FormatException($"Tenant {tenant.TenantId} does not fit into the map: {e.Message}", e);
        }
    }

    private ReadOnlySpan<byte> WriteFields(TenantEntry tenant, int cell)
    {
        var (slug, host) = (tenant.Slug.Value, tenant.SignInHost.ToLowerInvariant());
        var apart = !host.StartsWith(slug, StringComparison.Ordinal);
        var flags = (RecordFlags)((int)tenant.State | (int)tenant.Pattern << 2)
            | (apart ? RecordFlags.SlugApart : RecordFlags.None)
            | (tenant.Backend == Backend.Native ? RecordFlags.None : RecordFlags.IsCognito)
            | (tenant.SharedRealm is null ? RecordFlags.None : RecordFlags.HasShared);

        tenant.TenantId.Value.TryWriteBytes(_buffer);
        _buffer[TenantRecord.IdLength] = (byte)flags;
        _length = TenantRecord.IdLength + 1;
        Number16(cell);
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(_length), checked((uint)tenant.Epoch));
        _length += sizeof(uint);
        _buffer[_length++] = checked((byte)slug.Length);
        Text(host);
        if (apart)
        {
            Text(slug);
        }

        Text(realms.Write(tenant.Realm));
        if (tenant.SharedRealm is { } shared)
        {
            Text(realms.Write(shared));
        }

        Text(tenant.Issuer == issuerBase + tenant.Realm ? "" : tenant.Issuer);
        Number16(tenant.Clients.Count);
        foreach (var client in tenant.Clients)
        {
            Text(client.Value);
        }

        Number16(tenant.EmailDomains.Count);
        foreach (var domain in tenant.EmailDomains)
        {
            Text(domain.ToLowerInvariant());
        }

        return _buffer.AsSpan(0, _length);
    }

    private void Number16(int number)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(_length), checked((ushort)number));
        _length += sizeof(ushort);
    }

    private void Text(string text)
    {
        var written = Encoding.ASCII.GetBytes(Ascii(text), _buffer.AsSpan(_length + 1));
        _buffer[_length] = checked((byte)written);
        _length += 1 + written;
    }

    private void Text(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_buffer.AsSpan(_length + 1));
        _buffer[_length] = checked((byte)text.Length);
        _length += 1 + text.Length;
    }

    // Names of hosts and domains come in their ASCII form; anything else would be looked up in vain.
    private static string Ascii(string text) =>
        System.Text.Ascii.IsValid(text) ? text : throw new ArgumentException("a text is not ASCII");
}
