using CsCheck;
using Tessera.Cell.Passwords;

namespace Tessera.UnitTests.Cell.Passwords;

/// <summary>Published vectors of every form that is taken in, and what is refused before it costs anything.</summary>
public sealed class PasswordHashTests
{
    [Theory]
    // Openwall's crypt_blowfish and jBCrypt.
    [InlineData("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe")]
    [InlineData("abc", "$2b$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i")]
    [InlineData("abcdefghijklmnopqrstuvwxyz", "$2y$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC")]
    // The reference implementation of Argon2 (test.c).
    [InlineData("password", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")]
    [InlineData("password", "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc")]
    [InlineData("password", "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA")]
    [InlineData("password", "$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ")]
    // RFC 7914, section 12, and passlib's manual.
    [InlineData("pleaseletmein", "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw")]
    [InlineData("password", "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E")]
    // The vectors of RFC 6070 with SHA-256, in passlib's form and in PHC's; SHA-512 by Python's hashlib.
    [InlineData("passwordPASSWORDpassword", "$pbkdf2-sha256$4096$c2FsdFNBTFRzYWx0U0FMVHNhbHRTQUxUc2FsdFNBTFRzYWx0$NIyJ28vTKy8y2BS4EW6EzysXNH68GAAYHE4qH7jdU.HGNVGMfaxH6Q")]
    [InlineData("passwordPASSWORDpassword", "$pbkdf2-sha256$i=4096,l=40$c2FsdFNBTFRzYWx0U0FMVHNhbHRTQUxUc2FsdFNBTFRzYWx0$NIyJ28vTKy8y2BS4EW6EzysXNH68GAAYHE4qH7jdU+HGNVGMfaxH6Q")]
    [InlineData("password", "$pbkdf2-sha512$i=1000$c2FsdHNhbHRzYWx0$qEWuBHP82uzPrybCUpp9FMGVDoszagDwOgBhAY44y2gPun4RFBM9zjAnhQjJRk+l/dEEhatLCI65Yj/OYq4dcQ")]
    public void A_published_vector_matches_its_password_and_no_other(string password, string text)
    {
        var hash = Parse(text);
        Assert.True(hash.Matches(password));
        Assert.False(hash.Matches(password + "x"));
        Assert.False(hash.Matches(""));
        Assert.False(hash.IsOurs);
    }

    [Theory]
    [InlineData("", "password_hash_unknown")]
    [InlineData("5f4dcc3b5aa765d61d8327deb882cf99", "password_hash_unknown")]
    [InlineData("$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/", "password_hash_unknown")]
    [InlineData("$2x$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe", "password_hash_unknown")]
    [InlineData("$argon2d$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc", "password_hash_unknown")]
    [InlineData("$2a$6$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe", "password_hash_malformed")]
    [InlineData("$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfx", "password_hash_malformed")]
    [InlineData("$argon2id$v=19$m=0256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc", "password_hash_malformed")]
    [InlineData("$argon2id$v=19$t=2,m=256,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc", "password_hash_malformed")]
    [InlineData("$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ=$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc", "password_hash_malformed")]
    [InlineData("$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHR$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc", "password_hash_malformed")] // spare bits
    [InlineData("$pbkdf2-sha256$i=6400,l=31$0ZrzXitFSGltTQnBWOsdeg$Y11AchqV4b0sUisdZd0Xr97KWoymNE0LNNrnEgY4H9M", "password_hash_malformed")]
    [InlineData("$scrypt$ln=14,r=8$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofL", "password_hash_malformed")]
    [InlineData("$2a$15$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe", "password_hash_cost")]
    [InlineData("$2a$03$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe", "password_hash_cost")]
    [InlineData("$argon2id$v=19$m=65537,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password_hash_cost")]
    [InlineData("$argon2id$v=19$m=256,t=11,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc", "password_hash_cost")]
    [InlineData("$argon2id$v=19$m=256,t=2,p=9$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc", "password_hash_cost")]
    [InlineData("$pbkdf2-sha256$1000001$0ZrzXitFSGltTQnBWOsdeg$Y11AchqV4b0sUisdZd0Xr97KWoymNE0LNNrnEgY4H9M", "password_hash_cost")]
    [InlineData("$scrypt$ln=18,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E", "password_hash_cost")]
    public void What_is_no_hash_or_costs_too_much_is_refused_unread(string text, string code)
    {
        Assert.False(PasswordHash.TryParse(text, out _, out var fault));
        Assert.Equal(code, fault.Code);
        Assert.Equal("password_hash", fault.Field);
        Assert.True(text.Length == 0 || !fault.Message.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public void Any_text_is_read_or_refused_and_never_throws()
    {
        var piece = Gen.OneOf(
            Gen.OneOf("$", "$2b$", "10$", "argon2id", "argon2i", "v=19", "m=256,t=2,p=2", "scrypt", "ln=4,r=8,p=1", "pbkdf2-sha512", "i=1,l=32", "=", ",", "."),
            Gen.String[Gen.Char["./+AZaz09"], 0, 60],
            Gen.String[0, 12],
            Gen.Int.Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        piece.Array[0, 9].Select(string.Concat).Sample(text =>
        {
            var read = PasswordHash.TryParse(text, out var hash, out var fault);
            return read == (hash is not null) && read == (fault is null);
        }, iter: 20_000);
    }

    [Fact]
    public void Every_change_of_a_character_of_a_good_hash_is_another_hash_or_none()
    {
        const string good = "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc";
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Char["$=,.+/09azAZ"]).Where((at, put) => good[at] != put).Sample((at, put) =>
        {
            var changed = good.Remove(at, 1).Insert(at, put.ToString());
            return !PasswordHash.TryParse(changed, out var hash, out _) || !hash.Matches("password");
        }, iter: 200);
    }

    [Fact]
    public void Our_own_hash_is_ours_and_one_of_other_cost_is_not()
    {
        var own = Argon2Hash.Create("correct horse");
        Assert.True(Parse(own).IsOurs);
        Assert.True(Parse(own).Matches("correct horse"));
        Assert.False(Parse(own).Matches("correct horsE"));
        Assert.False(Parse(own.Replace("t=2", "t=3", StringComparison.Ordinal)).IsOurs);
    }

    [Fact]
    public void Bcrypt_does_not_identify_a_password_it_has_not_read_to_its_end()
    {
        var hash = Parse("$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe");
        Assert.True(hash.Identifies(new string('x', 71)));
        Assert.False(hash.Identifies(new string('x', 72)));
        Assert.False(hash.Identifies(new string('ü', 36)));
        Assert.False(hash.Matches("a\0b"));
    }

    private static PasswordHash Parse(string text) =>
        PasswordHash.TryParse(text, out var hash, out var fault) ? hash : throw new InvalidOperationException(fault.Code);
}
