using System.Numerics;
using System.Text;
using static System.Buffers.Text.Base64Url;

namespace Tessera.UnitTests.Attacks.Jwt;

/// <summary>Signatures that are none, encodings with a second form, JSON that is none, and sizes.</summary>
internal static class FormAttacks
{
    private static readonly BigInteger Order = BigInteger.Parse("0ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);

    public static IEnumerable<JwtAttack> On(JwtSubject subject) => Signatures(subject).Concat(Encodings(subject)).Concat(Documents(subject)).Concat(Sizes(subject));

    private static IEnumerable<JwtAttack> Signatures(JwtSubject subject)
    {
        byte[] zeros = new byte[32], one = [.. new byte[31], 1], order = Number(Order), most = [.. Enumerable.Repeat((byte)255, 32)];
        (string Name, Func<byte[], byte[]> Change)[] changes =
        [
            ("empty", _ => []), ("one byte", _ => [0]), ("cut by a byte", s => s[..^1]), ("cut to half", s => s[..32]), ("with a byte more", s => [.. s, 0]), ("with a byte before", s => [0, .. s]), ("doubled", s => [.. s, .. s]),
            ("all zeros", _ => [.. zeros, .. zeros]), ("r zero", s => [.. zeros, .. s[32..]]), ("s zero", s => [.. s[..32], .. zeros]), ("r and s one", _ => [.. one, .. one]), ("r and s the order", _ => [.. order, .. order]), ("r the order", s => [.. order, .. s[32..]]),
            ("s the order", s => [.. s[..32], .. order]), ("all ones", _ => [.. most, .. most]), ("r and s swapped", s => [.. s[32..], .. s[..32]]), ("padded to 66 and 66", s => [.. new byte[34], .. s[..32], .. new byte[34], .. s[32..]]),
            ("in DER", Der), ("in DER, cut to 64", s => Der(s)[..64]), ("s plus the order", s => [.. s[..32], .. Number(new BigInteger(s.AsSpan(32), isUnsigned: true, isBigEndian: true) + Order)]), ("with a bit changed", s => [(byte)(s[0] ^ 1), .. s[1..]]),
            ("with its last bit changed", s => [.. s[..^1], (byte)(s[^1] ^ 1)]), ("of 64 KiB", _ => new byte[65_536]),
        ];
        foreach (var (name, change) in changes)
        {
            yield return new($"a signature {name}", JwtSubject.Make(subject.Header().ToJsonString(), subject.Payload().ToJsonString(), data => change(subject.Sign(data))));
        }

        var good = subject.Good().Split('.');
        yield return new("a signature of another payload", $"{good[0]}.{subject.BySigner(payload: claims => claims["x"] = 1).Split('.')[1]}.{good[2]}");
        yield return new("a signature over the payload alone", $"{good[0]}.{good[1]}.{EncodeToString(subject.Sign(Encoding.ASCII.GetBytes(good[1])))}");
        yield return new("a signature over the plain JSON", $"{good[0]}.{good[1]}.{EncodeToString(subject.Sign(Encoding.UTF8.GetBytes(subject.Payload().ToJsonString())))}");
        yield return new("header and payload without a signature", $"{good[0]}.{good[1]}");
        yield return new("header and payload and a dot", $"{good[0]}.{good[1]}.");
        yield return new("a fourth part", subject.Good() + ".AA");
        yield return new("an empty fourth part", subject.Good() + ".");
        yield return new("parts in another order", $"{good[1]}.{good[0]}.{good[2]}");
        yield return new("nothing", "");
        yield return new("dots", "..");
        yield return new("five parts of a JWS", $"{good[0]}.{good[1]}.{good[2]}.{good[0]}.{good[1]}");
        yield return new("JWS JSON serialization", $$"""{"protected":"{{good[0]}}","payload":"{{good[1]}}","signature":"{{good[2]}}"}""");
        yield return new("general JWS JSON serialization", $$"""{"payload":"{{good[1]}}","signatures":[{"protected":"{{good[0]}}","signature":"{{good[2]}}"}]}""");
    }

    // RFC 7515, section 2: base64url without padding, line breaks or white space. What has two forms is two tokens to a cache and one to a verifier.
    private static IEnumerable<JwtAttack> Encodings(JwtSubject subject)
    {
        var good = subject.Good();
        var parts = good.Split('.');
        for (var i = 0; i < 3; i++)
        {
            foreach (var (name, change) in new (string, Func<string, string>)[]
            {
                ("padding", part => part + "="), ("two signs of padding", part => part + "=="), ("a blank behind", part => part + " "), ("a blank before", part => " " + part), ("a line end inside", part => part.Insert(4, "\n")), ("a tab inside", part => part.Insert(4, "\t")),
                ("a line end behind", part => part + "\r\n"), ("a zero behind", part => part + "\0"), ("a plus", part => part.Insert(4, "+")), ("a slash", part => part.Insert(4, "/")), ("a percent sign", part => part.Insert(4, "%2e")), ("an invisible character", part => part.Insert(4, "\u200b")), ("fullwidth letters", part => "\uff45" + part[1..]),
            })
            {
                var changed = (string[])parts.Clone();
                changed[i] = change(changed[i]);
                yield return new($"{name} in part {i + 1}", string.Join('.', changed));
            }
        }

        // 64 bytes are 86 letters, whose last holds four bits that count for nothing.
        var last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".IndexOf(good[^1], StringComparison.Ordinal);
        yield return new("spare bits set in the signature", good[..^1] + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[last | 1]);
        yield return new("Bearer before it", "Bearer " + good);
        yield return new("a comma and another", $"{good},{good}");
    }

    private static IEnumerable<JwtAttack> Documents(JwtSubject subject)
    {
        byte[] header = Encoding.UTF8.GetBytes(subject.Header().ToJsonString()), payload = Encoding.UTF8.GetBytes(subject.Payload().ToJsonString());
        (string Name, Func<byte[], byte[]> Change)[] changes =
        [
            ("with a byte order mark", json => [0xef, 0xbb, 0xbf, .. json]), ("in UTF-16", json => Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(json))), ("with bytes that are no UTF-8", json => [.. json[..^1], .. ",\"x\":\""u8, 0xff, 0xfe, .. "\"}"u8]),
            ("with an overlong NUL", json => [.. json[..^1], .. ",\"x\":\""u8, 0xc0, 0x80, .. "\"}"u8]), ("with a name that is no UTF-8", json => [.. json[..^1], .. ",\""u8, 0xff, .. "\":1}"u8]),
            ("with half a surrogate for its name", json => [.. json[..^1], .. ",\"\\ud800\":1}"u8]), ("that is an array", json => [.. "["u8, .. json, .. "]"u8]), ("that is a text", _ => "\"x\""u8.ToArray()), ("that is a number", _ => "1"u8.ToArray()), ("that is null", _ => "null"u8.ToArray()),
            ("that is empty", _ => []), ("that is no JSON", _ => "{"u8.ToArray()), ("with something behind it", json => [.. json, .. "{}"u8]), ("with a trailing comma", json => [.. json[..^1], .. ",}"u8]), ("with a comment", json => [.. json, .. "//x"u8]), ("with a zero behind it", json => [.. json, 0]),
            ("a thousand deep", json => [.. json[..^1], .. ",\"x\":"u8, .. Encoding.ASCII.GetBytes(new string('[', 1_000)), .. Encoding.ASCII.GetBytes(new string(']', 1_000)), .. "}"u8]),
            ("a thousand deep and never closed", json => [.. json[..^1], .. ",\"x\":"u8, .. Encoding.ASCII.GetBytes(new string('[', 1_000))]), ("with a single quote", json => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json).Replace('"', '\''))), ("with NaN", json => [.. json[..^1], .. ",\"x\":NaN}"u8]),
        ];
        foreach (var (name, change) in changes)
        {
            yield return new($"a header {name}", JwtSubject.Make(change(header), payload, subject.Sign));
            yield return new($"a payload {name}", JwtSubject.Make(header, change(payload), subject.Sign));
        }

        foreach (var member in new[] { "alg", "typ", "kid" })
        {
            yield return new($"the header's {member} half a surrogate", JwtSubject.Make(Half(subject.Header(), member), payload, subject.Sign));
        }

        foreach (var member in subject.Required)
        {
            yield return new($"{member} half a surrogate", JwtSubject.Make(header, Half(subject.Payload(), member), subject.Sign));
        }
    }

    private static IEnumerable<JwtAttack> Sizes(JwtSubject subject)
    {
        var good = subject.Good();
        yield return new("a million dots", new string('.', 1_000_000));
        yield return new("a million letters", new string('A', 1_000_000));
        yield return new("a million letters in each part", $"{new string('e', 1_000_000)}.{new string('e', 1_000_000)}.{new string('e', 1_000_000)}");
        yield return new("a good token and a megabyte", good + new string('A', 1_000_000));
        yield return new("a header of a megabyte", JwtSubject.Make(Encoding.UTF8.GetBytes(subject.Header().ToJsonString().Insert(1, $"\"x\":\"{new string('x', 1_000_000)}\",")), Encoding.UTF8.GetBytes(subject.Payload().ToJsonString()), _ => new byte[64]));
        yield return new("a header of ten thousand members", JwtSubject.Make(Encoding.UTF8.GetBytes("{" + string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"m{i}\":{i}")) + "}"), "{}"u8.ToArray(), subject.Sign));
    }

    private static byte[] Half(System.Text.Json.Nodes.JsonObject json, string member)
    {
        json[member] = "@@half@@";
        return Encoding.UTF8.GetBytes(json.ToJsonString().Replace("@@half@@", "\\ud800", StringComparison.Ordinal));
    }

    private static byte[] Der(byte[] signature)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new BigInteger(signature.AsSpan(0, 32), isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true));
        }

        return writer.Encode();
    }

    private static byte[] Number(BigInteger number) => number.ToByteArray(isUnsigned: true, isBigEndian: true);

    /// <summary>The same signature's other half: mathematically as good, so no attack, but another text.</summary>
    public static byte[] OtherHalf(byte[] signature)
    {
        var s = Number(Order - new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true));
        return [.. signature[..32], .. new byte[32 - s.Length], .. s];
    }
}
