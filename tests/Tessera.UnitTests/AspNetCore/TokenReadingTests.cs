using System.Text;
using Tessera.AspNetCore;
using Tessera.AspNetCore.Tokens;
using static System.Buffers.Text.Base64Url;

namespace Tessera.UnitTests.AspNetCore;

/// <summary>How a token is taken apart: one way, or not at all.</summary>
public sealed class TokenReadingTests
{
    private readonly TestDirectory _directory = new();
    private readonly TokenVerifier _verifier;

    public TokenReadingTests() =>
        _verifier = new TokenVerifier(_directory.Map, new TesseraOptions { Audience = TestDirectory.Audience }, TimeProvider.System);

    public static TheoryData<string> NoObjects =>
    [
        "", "null", "1", "\"x\"", "[]", "[{}]", "{", "{}{}", "{} x", "{\"a\":1,}", "{\"a\":1 \"b\":2}", "{a:1}", "{'a':1}", "{\"a\":01}", "{\"a\":NaN}",
        "// x\n{}", "{\"a\":\"\t\"}", "\uFEFF{}", "{\"a\":\"\\ud800\"}", "{\"\\ud800\":1}", "{\"a\":[\"\\udc00\"]}", "{\"a\":{\"b\":\"\\ud800\"}}", "{\"a\":\"\\x\"}",
    ];

    public static TheoryData<string> Duplicates =>
    [
        "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}", "{\"\\u0061\":1,\"a\":2}", "{\"a\":{\"b\":1,\"b\":2}}", "{\"a\":[{\"b\":1,\"b\":2}]}",
        "{\"a\":{\"b\":{\"c\":1,\"\\u0063\":1}}}", "{" + string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"m{i}\":{i}")) + ",\"m99\":0}",
        "{" + string.Join(',', Enumerable.Range(0, 65).Select(i => $"\"m{i}\":{i}")) + ",\"m0\":0}", "{\"\":1,\"\":2}",
    ];

    [Theory, MemberData(nameof(NoObjects))]
    public void What_is_no_JSON_object_is_malformed(string json)
    {
        AssertRefused(TokenFailure.Malformed, Sign(Header, json));
        AssertRefused(TokenFailure.Malformed, Sign(json, Payload));
    }

    [Theory, MemberData(nameof(Duplicates))]
    public void A_member_that_is_there_twice_at_any_depth_and_however_written_is_found(string json)
    {
        AssertRefused(TokenFailure.DuplicateMember, Sign(Header, json));
        AssertRefused(TokenFailure.DuplicateMember, Sign(json, Payload));
    }

    [Fact]
    public void Members_that_only_look_alike_are_not_taken_for_one()
    {
        var claims = string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"m{i}\":{{\"m{i}\":[{{\"x\":1}},{{\"x\":1}}]}}"));
        Assert.IsType<TokenVerdict.Accepted>(_verifier.Verify(Sign(Header, $"{{{claims},{Payload[1..]}")));
        Assert.IsType<TokenVerdict.Accepted>(_verifier.Verify(Sign(Header, $"{{\"Sub\":\"x\",\"SUB\":\"y\",{Payload[1..]}")));
    }

    [Fact]
    public void An_escaped_name_is_the_name()
    {
        AssertRefused(TokenFailure.ForbiddenHeader, Sign($"{{\"j\\u0077k\":{{}},{Header[1..]}", Payload));
        Assert.IsType<TokenVerdict.Accepted>(_verifier.Verify(Sign(Header, Payload.Replace("\"tenant_id\"", "\"tenant\\u005fid\"", StringComparison.Ordinal))));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_malformed()
    {
        byte[] json = [.. Encoding.UTF8.GetBytes(Payload[..^1] + ",\"x\":\""), 0xC3, 0x28, .. "\"}"u8];
        AssertRefused(TokenFailure.Malformed, $"{EncodeToString(Encoding.UTF8.GetBytes(Header))}.{EncodeToString(json)}.AA");
        AssertRefused(TokenFailure.Malformed, Sign(Header, Payload).Replace('.', '\u3002'));
    }

    [Fact]
    public void Depth_is_bounded()
    {
        string Nested(int depth) => $"{{\"x\":{new string('[', depth)}{new string(']', depth)},{Payload[1..]}";
        Assert.IsType<TokenVerdict.Accepted>(_verifier.Verify(Sign(Header, Nested(15))));
        AssertRefused(TokenFailure.Malformed, Sign(Header, Nested(16)));
        AssertRefused(TokenFailure.Malformed, Sign(Header, Nested(2_000)));
    }

    [Fact]
    public void The_unused_bits_of_a_part_are_zero_so_a_token_has_one_spelling()
    {
        const string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var token = _directory.Token(_directory.Acme);
        Assert.Equal(2, token.Split('.')[2].Length % 4); // 64 bytes of signature
        var last = letters.IndexOf(token[^1], StringComparison.Ordinal);
        Assert.IsType<TokenVerdict.Accepted>(_verifier.Verify(token));
        for (var bits = 1; bits < 16; bits++)
        {
            AssertRefused(TokenFailure.Malformed, token[..^1] + letters[last | bits]);
        }

        AssertRefused(TokenFailure.Malformed, token + "B"); // 87 letters: two bits are left over, and one of them is set
        AssertRefused(TokenFailure.Malformed, token[..^1]); // 85: no bytes have so many
        AssertRefused(TokenFailure.SignatureInvalid, token + "AA"); // one byte too many
    }

    [Theory]
    [InlineData("+")]
    [InlineData("/")]
    [InlineData("=")]
    [InlineData(" ")]
    [InlineData("\n")]
    [InlineData("\0")]
    [InlineData("%")]
    public void Nothing_beside_the_alphabet_is_read_over(string odd)
    {
        var parts = _directory.Token(_directory.Acme).Split('.');
        for (var i = 0; i < 3; i++)
        {
            var spoilt = parts.ToArray();
            spoilt[i] = spoilt[i].Insert(8, odd);
            AssertRefused(TokenFailure.Malformed, string.Join('.', spoilt));
            spoilt[i] = parts[i] + odd;
            AssertRefused(TokenFailure.Malformed, string.Join('.', spoilt));
        }
    }

    [Fact]
    public void A_token_as_long_as_may_be_is_read_and_one_letter_more_is_not()
    {
        var padded = Sign(Header, $"{{\"x\":\"{new string('x', 5_550)}\",{Payload[1..]}");
        Assert.InRange(padded.Length, 7_900, 8_192);
        Assert.IsType<TokenVerdict.Accepted>(_verifier.Verify(padded));
        AssertRefused(TokenFailure.Malformed, new string('a', 8_192));
        AssertRefused(TokenFailure.TooLong, new string('a', 8_193));
    }

    [Fact]
    public void A_claim_of_another_kind_than_text_is_none()
    {
        foreach (var (claim, failure) in new[]
        {
            ("tenant_id", TokenFailure.TenantMissing), ("iss", TokenFailure.IssuerMismatch), ("client_id", TokenFailure.ClientNotOfTenant),
            ("token_use", TokenFailure.NotAnAccessToken), ("sub", TokenFailure.SubjectMissing), ("aud", TokenFailure.AudienceMismatch),
        })
        {
            var payload = TestDirectory.Payload(_directory.Acme);
            payload[claim] = new System.Text.Json.Nodes.JsonObject { ["x"] = (string?)payload[claim] };
            AssertRefused(failure, Sign(Header, payload.ToJsonString()));
            payload[claim] = 5;
            AssertRefused(failure, Sign(Header, payload.ToJsonString()));
        }
    }

    private string Header => TestDirectory.Header(_directory.Pool.EcKid);

    private string Payload => TestDirectory.Payload(_directory.Acme).ToJsonString();

    private string Sign(string header, string payload) => _directory.Pool.Sign(header, payload);

    private void AssertRefused(TokenFailure failure, string token) => Assert.Equal(new TokenVerdict.Refused(failure), _verifier.Verify(token));
}
