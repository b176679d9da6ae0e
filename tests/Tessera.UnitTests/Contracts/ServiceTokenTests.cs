using System.Buffers.Text;
using System.Text;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;

namespace Tessera.UnitTests.Contracts;

/// <summary>A service token is one right: this cell, purpose and request, by this key, now.</summary>
public sealed class ServiceTokenTests : IDisposable
{
    private static readonly byte[] Body = "{\"a\":1}"u8.ToArray();
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private readonly IdentityKey _control = IdentityKey.Create();
    private readonly IdentityKey _impostor = IdentityKey.Create();
    private readonly TenantId _tenant = TenantId.New();

    public void Dispose()
    {
        _control.Dispose();
        _impostor.Dispose();
    }

    [Fact]
    public void It_is_good_for_the_request_it_was_made_for()
    {
        var token = Verify(Issue());
        Assert.Equal(_tenant, token!.Tenant);
    }

    [Fact]
    public void It_is_good_for_no_other_request_cell_purpose_or_key()
    {
        var token = Issue();
        Assert.Null(Verify(token, method: "DELETE"));
        Assert.Null(Verify(token, path: "/cell/realms/y"));
        Assert.Null(Verify(token, body: "{\"a\":2}"u8.ToArray()));
        Assert.Null(Verify(token, cell: "us-1"));
        Assert.Null(Verify(token, purpose: ServicePurpose.Accounts));
        Assert.Null(ServiceToken.Verify(token, _impostor.Public, Cell("eu-1"), ServicePurpose.Provision, "PUT", "/cell/realms/x", Body, Now));
    }

    [Fact]
    public void It_ends_after_its_minute_and_the_clocks_difference_and_is_not_good_for_longer()
    {
        var token = Issue();
        Assert.NotNull(Verify(token, at: Now + TimeSpan.FromSeconds(119)));
        Assert.Null(Verify(token, at: Now + TimeSpan.FromSeconds(121)));
        Assert.Null(Verify(token, at: Now - TimeSpan.FromSeconds(61)));
    }

    [Fact]
    public void A_statement_of_another_type_is_none()
    {
        var payload = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(Issue().Split('.')[1]));
        Assert.Null(Verify(CompactJws.Sign(_control, "tessera-feed+jwt", Encoding.UTF8.GetBytes(payload))));
    }

    [Theory]
    [InlineData("""{"alg":"none","kid":"KID","typ":"tessera-service+jwt"}""")]
    [InlineData("""{"alg":"HS256","kid":"KID","typ":"tessera-service+jwt"}""")]
    [InlineData("""{"alg":"ES256","kid":"other","typ":"tessera-service+jwt"}""")]
    [InlineData("""{"alg":"ES256","kid":"KID"}""")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"tessera-service+jwt","jwk":{}}""")]
    [InlineData("""{"alg":"ES256","alg":"none","kid":"KID","typ":"tessera-service+jwt"}""")]
    [InlineData("[]")]
    [InlineData("x")]
    public void A_header_chooses_neither_algorithm_nor_key(string header)
    {
        var parts = Issue().Split('.');
        var forged = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.Replace("KID", _control.Public.Kid, StringComparison.Ordinal)));
        Assert.Null(Verify($"{forged}.{parts[1]}.{parts[2]}"));
        Assert.Null(Verify($"{forged}.{parts[1]}."));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a.b")]
    [InlineData("a.b.c")]
    [InlineData("a.b.c.d")]
    [InlineData("....")]
    [InlineData("e30.e30.e30")]
    public void What_is_no_token_is_refused_without_an_exception(string text) => Assert.Null(Verify(text));

    [Fact]
    public void Every_changed_character_of_it_is_noticed()
    {
        var token = Issue();
        for (var i = 0; i < token.Length - 1; i++) // the last character holds bits that base64url ignores
        {
            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            Assert.Null(Verify(changed));
        }
    }

    private string Issue() => ServiceToken.Issue(_control, Cell("eu-1"), ServicePurpose.Provision, _tenant, "PUT", "/cell/realms/x", Body, Now);

    private ServiceToken? Verify(string token, string method = "PUT", string path = "/cell/realms/x", byte[]? body = null, string cell = "eu-1", ServicePurpose purpose = ServicePurpose.Provision, DateTimeOffset? at = null) =>
        ServiceToken.Verify(token, _control.Public, Cell(cell), purpose, method, path, body ?? Body, at ?? Now);

    private static CellId Cell(string id) => CellId.TryParse(id, out var parsed) ? parsed : throw new ArgumentException(id);
}
