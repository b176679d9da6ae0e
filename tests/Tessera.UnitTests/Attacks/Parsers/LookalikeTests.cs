using System.Globalization;
using Tessera.Cell.Accounts;
using Tessera.Cell.Device;
using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Input;
using Tessera.UnitTests.Architecture;

namespace Tessera.UnitTests.Attacks.Parsers;

/// <summary>What people take for the same name is the same one, and what differs to the machine does not pass for it.</summary>
public sealed class LookalikeTests
{
    // ASCII "acme" and "login.acme.example" in other letters: Cyrillic, Greek, fullwidth, mathematical, with marks and invisible signs.
    public static TheoryData<string> Lookalikes =>
    [
        "аcme", "aсme", "acmе", "асmе", "αcme", "acmℯ", "ａｃｍｅ", "𝐚𝐜𝐦𝐞", "ac\u200bme", "acme\u200b", "\u200eacme", "ac\u00adme", "acme\u0301", "ácme", "a\u0301cme", "acm\u0435", "acme\ufeff", "\u202eemca", "acｍe", "ⓐⓒⓜⓔ", "acme\u034f", "ａcme", "ᴀcme", "acmҽ",
    ];

    [Theory]
    [MemberData(nameof(Lookalikes))]
    public void A_lookalike_is_no_slug_no_host_and_no_domain(string text)
    {
        Assert.False(Slug.TryParse(text, out _));
        Assert.True(Refused(check => HostNames.Authority(check, $"login.{text}.example", "host", "https")));
        Assert.True(Refused(check => HostNames.EmailDomain(check, $"{text}.example", "domain")));
        Assert.False(ClientId.TryParse(text, out _));
    }

    [Theory]
    [InlineData("ADA", "ada")]
    [InlineData("Ada@Example.COM", "ada@example.com")]
    [InlineData("ａｄａ", "ada")] // fullwidth
    [InlineData("caf\u00e9", "cafe\u0301")] // composed and not
    [InlineData("\ufb01nn", "finn")] // a ligature
    [InlineData("\u212aate", "kate")] // the Kelvin sign
    [InlineData("①", "1")]
    [InlineData("𝐚𝐝𝐚", "ada")]
    [InlineData("ﬀ", "ff")]
    [InlineData("ΑΔΑ", "αδα")] // Greek has case too
    [InlineData("가", "\u1100\u1161")] // Hangul and its letters
    [InlineData("q\u0307\u0323", "q\u0323\u0307")] // marks in either order
    public void Two_writings_of_one_user_name_are_one_account(string one, string other) => Assert.Equal(Username.Normalize(one), Username.Normalize(other));

    [Fact]
    public void A_user_name_is_composed_as_ICU_does_it_without_ICU()
    {
        var compared = 0;
        foreach (var line in Repository.Read("tests/Tessera.UnitTests/Attacks/Parsers/nfkc-vectors.txt").Split('\n').Where(line => line.Contains(';', StringComparison.Ordinal)))
        {
            var (text, normal) = (Text(line.Split(';')[0]), Text(line.Split(';')[1]));
            Assert.Equal(Username.Normalize(normal), Username.Normalize(text));
            if (normal.ToUpperInvariant() == normal && normal.ToLowerInvariant() == normal)
            {
                Assert.Equal(normal, Username.Normalize(text));
                compared++;
            }
        }

        Assert.True(compared > 100, $"Only {compared} were compared to the letter.");
    }

    [Theory]
    [InlineData("ada", "аda")] // Cyrillic
    [InlineData("ada", "adа")]
    [InlineData("ada", "ada1")]
    [InlineData("i", "ı")] // no dot
    [InlineData("ss", "ß")]
    [InlineData("mama", "mаmа")]
    public void Another_user_name_is_another_account(string one, string other) => Assert.NotEqual(Username.Normalize(one), Username.Normalize(other));

    [Theory]
    [InlineData("ada\u200b")]
    [InlineData("ad\u00ada")]
    [InlineData("\ufeffada")]
    [InlineData("\u202eada")]
    [InlineData("ada ")]
    [InlineData("ada\u00a0")]
    [InlineData("ada\u3000")]
    [InlineData("ad\na")]
    [InlineData("ada\u001b[2J")]
    [InlineData("ada\ue000")]
    [InlineData("")]
    public void A_user_name_has_nothing_in_it_that_is_not_seen(string name) => Assert.False(Username.IsValid(name));

    [Fact]
    public void A_user_code_half_seen_is_none() => Assert.All(new[] { "BCDF-GHJ", "BCDF-GHJ0", "BCDF-GHJKL", "ВСDF-GHJK", new string('B', 65) }, text => Assert.Null(UserCodes.Normalize(text)));

    private static string Text(string hex) => string.Concat(hex.Split(' ').Select(rune => char.ConvertFromUtf32(int.Parse(rune, NumberStyles.HexNumber, CultureInfo.InvariantCulture))));

    private static bool Refused(Action<Check> read)
    {
        var check = new Check();
        read(check);
        return check.Failed(out _);
    }
}
