using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tessera.AspNetCore.Work;
using Tessera.Contracts.Ids;
using Tessera.Postgres.Tenants;
using static System.Buffers.Text.Base64Url;

namespace Tessera.UnitTests.AspNetCore.Work;

/// <summary>A message from a broker that others can write to.</summary>
public sealed class TenantEnvelopeTests
{
    private const string Type = "invoice.send";
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);
    private static readonly TenantId Acme = TenantId.New();
    private static readonly TenantId Globex = TenantId.New();
    private readonly MovableTime _time = new();

    [Fact]
    public void It_opens_as_what_was_sealed()
    {
        var opened = Assert.IsType<EnvelopeOpening<Invoice>.Opened>(Envelopes().Open<Invoice>(Seal(), Type)).Envelope;
        Assert.Equal((Acme, new Invoice(7, "Ada")), (opened.Tenant, opened.Body));
        Assert.InRange(opened.SealedAt, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.NotEqual(opened.Id, Assert.IsType<EnvelopeOpening<Invoice>.Opened>(Envelopes().Open<Invoice>(Seal(), Type)).Envelope.Id);
    }

    [Theory]
    [InlineData("tenant_id")]
    [InlineData("type")]
    [InlineData("iat")]
    [InlineData("id")]
    [InlineData("body")]
    public void Whatever_is_changed_in_it_breaks_the_seal(string member)
    {
        var parts = Seal().Split('.');
        var payload = JsonNode.Parse(DecodeFromChars(parts[1]))!.AsObject();
        Assert.True(payload.ContainsKey(member));
        payload[member] = member switch { "tenant_id" => Globex.ToString(), "iat" => 1, "body" => new JsonObject { ["number"] = 8, ["to"] = "Eve" }, _ => "other" };
        AssertRefused(EnvelopeFailure.SealBroken, $"{parts[0]}.{EncodeToString(Encoding.UTF8.GetBytes(payload.ToJsonString()))}.{parts[2]}");
    }

    [Fact]
    public void Parts_of_two_messages_make_no_third()
    {
        var (one, other) = (Seal().Split('.'), Seal(Globex).Split('.'));
        AssertRefused(EnvelopeFailure.SealBroken, $"{one[0]}.{other[1]}.{one[2]}");
    }

    [Fact]
    public void A_message_of_another_type_or_time_or_key_is_refused()
    {
        Assert.Equal(EnvelopeFailure.OtherType, Failure(Envelopes().Open<Invoice>(Seal(), "invoice.delete")));
        var old = Seal();
        _time.Forward(TimeSpan.FromDays(8));
        AssertRefused(EnvelopeFailure.TooOld, old);
        var ahead = Seal();
        _time.Forward(TimeSpan.FromDays(-8));
        AssertRefused(EnvelopeFailure.FromTheFuture, ahead);
        AssertRefused(EnvelopeFailure.KeyUnknown, Envelopes("b", new() { ["b"] = Key }).Seal(Scope(Acme), Type, new Invoice(7, "Ada")));
        AssertRefused(EnvelopeFailure.SealBroken, Envelopes("a", new() { ["a"] = RandomNumberGenerator.GetBytes(32) }).Seal(Scope(Acme), Type, new Invoice(7, "Ada")));
    }

    [Fact]
    public void Keys_change_without_losing_what_is_under_way()
    {
        var old = Seal();
        var both = Envelopes("b", new() { ["a"] = Key, ["b"] = RandomNumberGenerator.GetBytes(32) });
        Assert.IsType<EnvelopeOpening<Invoice>.Opened>(both.Open<Invoice>(old, Type));
        AssertRefused(EnvelopeFailure.KeyUnknown, both.Seal(Scope(Acme), Type, new Invoice(7, "Ada")));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS512")]
    [InlineData("hs256")]
    public void The_header_chooses_no_algorithm(string alg)
    {
        var parts = Seal().Split('.');
        var bound = $"{EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"{{alg}}","kid":"a","typ":"tessera-envelope"}"""))}.{parts[1]}";
        AssertRefused(EnvelopeFailure.Malformed, $"{bound}.{EncodeToString(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(bound)))}");
    }

    [Fact]
    public void A_body_of_another_form_is_refused() =>
        AssertRefused(EnvelopeFailure.Malformed, Envelopes().Seal(Scope(Acme), Type, "no invoice"));

    [Fact]
    public void Rubbish_is_refused_and_never_throws()
    {
        Assert.Equal(EnvelopeFailure.TooLong, Failure(Envelopes().Open<Invoice>(new string('a', 1024 * 1024 + 1), Type)));
        var envelopes = Envelopes();
        var good = Seal();
        Gen.String.Sample(text => envelopes.Open<Invoice>(text, Type) is EnvelopeOpening<Invoice>.Refused);
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Char).Sample((at, character) =>
        {
            var spoiled = good[..at] + character + good[(at + 1)..];
            return spoiled == good || envelopes.Open<Invoice>(spoiled, Type) is EnvelopeOpening<Invoice>.Refused || SameBytes(good, spoiled);
        });
    }

    [Fact]
    public void Weak_or_missing_keys_are_refused_at_start()
    {
        Assert.Throws<OptionsValidationException>(() => new ServiceCollection().AddTenantEnvelopes(_ => { }));
        Assert.Throws<OptionsValidationException>(() => new ServiceCollection().AddTenantEnvelopes(options =>
        {
            options.Keys["a"] = new byte[31];
            options.SealWith = "a";
        }));
    }

    [Fact]
    public void A_scope_without_a_tenant_seals_nothing() =>
        Assert.Throws<TenantNotSetException>(() => Envelopes().Seal(new TenantScope(), Type, new Invoice(7, "Ada")));

    // The last character of base64url may differ in bits that nobody reads.
    private static bool SameBytes(string good, string spoiled) => spoiled.Split('.') is [_, _, var seal]
        && TryDecode(seal) is { } bytes && bytes.AsSpan().SequenceEqual(DecodeFromChars(good.Split('.')[2])) && spoiled[..spoiled.LastIndexOf('.')] == good[..good.LastIndexOf('.')];

    private static byte[]? TryDecode(string part)
    {
        try
        {
            return DecodeFromChars(part);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static EnvelopeFailure Failure(EnvelopeOpening<Invoice> opening) => Assert.IsType<EnvelopeOpening<Invoice>.Refused>(opening).Failure;

    private void AssertRefused(EnvelopeFailure failure, string message) => Assert.Equal(failure, Failure(Envelopes().Open<Invoice>(message, Type)));

    private string Seal(TenantId? tenant = null) => Envelopes().Seal(Scope(tenant ?? Acme), Type, new Invoice(7, "Ada"));

    private TenantEnvelopes Envelopes(string sealWith = "a", Dictionary<string, byte[]>? keys = null)
    {
        var options = new TenantEnvelopeOptions { SealWith = sealWith };
        foreach (var (name, key) in keys ?? new() { ["a"] = Key })
        {
            options.Keys[name] = key;
        }

        return new TenantEnvelopes(options, _time);
    }

    private static TenantScope Scope(TenantId tenant)
    {
        var scope = new TenantScope();
        scope.Set(tenant);
        return scope;
    }

    private sealed record Invoice(int Number, string To);
}
