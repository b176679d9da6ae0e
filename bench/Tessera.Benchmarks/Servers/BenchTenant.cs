using System.Security.Cryptography;
using System.Text;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Provisioning;
using static System.Buffers.Text.Base64Url;

namespace Tessera.Benchmarks.Servers;

/// <summary>A tenant of a <see cref="TesseraCell"/>, with a client for people and one for machines.</summary>
internal sealed class BenchTenant(TenantId id, RealmId realm, Slug slug)
{
    public const string RedirectUri = "https://app.bench/cb";

    public TenantId Id { get; } = id;

    public RealmId Realm { get; } = realm;

    public Slug Slug { get; } = slug;

    public string SignInHost => $"{Slug}.{TesseraCell.AuthHost}";

    public string MachineSecret { get; } = EncodeToString(RandomNumberGenerator.GetBytes(32));

    internal ClientSpec Person { get; } = new(ClientId.New(), "Orders", [RedirectUri], [], ["authorization_code", "refresh_token"], ["orders"], []);

    internal ClientSpec Machine => _machine ??= new(
        ClientId.New(), "Robot", [], [], ["client_credentials"], ["orders"], [], EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(MachineSecret))));

    private ClientSpec? _machine;
}
