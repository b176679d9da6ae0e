using System.Text.Json.Nodes;

namespace Tessera.UnitTests.Attacks.Jwt;

/// <summary>Signed by the right key, and still not for this verifier, not from this issuer, not now.</summary>
internal static class ClaimAttacks
{
    public static IEnumerable<JwtAttack> On(JwtSubject subject)
    {
        foreach (var member in subject.Required)
        {
            yield return new($"no {member}", subject.BySigner(payload: claims => claims.Remove(member)));
            yield return new($"{member} null", subject.BySigner(payload: claims => claims[member] = null));
            yield return new($"{member} under its name in capitals", subject.BySigner(payload: claims => Rename(claims, member, member.ToUpperInvariant())));
            yield return new($"{member} with a zero in its name", subject.BySigner(payload: claims => Rename(claims, member, member + "\0")));
        }

        foreach (var attack in Texts(subject, subject.Audience, "audience").Concat(Texts(subject, subject.Issuer, "issuer")).Concat(Audiences(subject)).Concat(Times(subject)).Concat(Twice(subject)))
        {
            yield return attack;
        }
    }

    // Whoever compares carelessly takes these for the same.
    private static IEnumerable<JwtAttack> Texts(JwtSubject subject, string? member, string what)
    {
        if (member is null || (string?)subject.Payload()[member] is not { } right)
        {
            yield break;
        }

        (string Name, JsonNode Value)[] wrong =
        [
            ("with a slash", right + "/"), ("with a dot", right + "."), ("in capitals", right.ToUpperInvariant()), ("with a blank", right + " "), ("with a blank before", " " + right), ("with a zero", right + "\0"),
            ("cut", right[..^1]), ("cut in front", right[1..]), ("with a suffix", right + ".evil.test"), ("with a prefix", "x" + right), ("with another beside it", $"{right} other"), ("with a comma", $"{right},other"),
            ("with a line end", right + "\n"), ("with a query", right + "?x=1"), ("with a fragment", right + "#"), ("with a combining mark", right + "\u0301"), ("with an invisible character", right.Insert(1, "\u200b")),
            ("that is a number", 1), ("that is true", true), ("that is an object", new JsonObject { [right] = right }), ("in a nested array", new JsonArray(new JsonArray(right))), ("that is empty", ""), ("that is a star", "*"),
        ];
        foreach (var (name, value) in wrong)
        {
            yield return new($"an {what} {name}", subject.BySigner(payload: claims => claims[member] = value.DeepClone()));
        }

        foreach (var (name, value) in Address(right))
        {
            yield return new($"an {what} {name}", subject.BySigner(payload: claims => claims[member] = value));
        }
    }

    private static IEnumerable<(string Name, string Value)> Address(string right)
    {
        if (!Uri.TryCreate(right, UriKind.Absolute, out var uri))
        {
            yield break;
        }

        yield return ("of another scheme", right.Replace(uri.Scheme, uri.Scheme == "http" ? "https" : "http", StringComparison.Ordinal));
        yield return ("with its scheme in capitals", right.Replace("http", "HTTP", StringComparison.Ordinal));
        yield return ("of another port", right.Replace(uri.Authority, $"{uri.Host}:{uri.Port + 1}", StringComparison.Ordinal));
        yield return ("with a dot behind its host", right.Replace(uri.Host, uri.Host + ".", StringComparison.Ordinal));
        yield return ("with a user", right.Replace(uri.Authority, $"u@{uri.Authority}", StringComparison.Ordinal));
        yield return ("with a doubled slash", right.Replace(uri.AbsolutePath, "/" + uri.AbsolutePath, StringComparison.Ordinal));
        yield return ("with a dot segment", right.Replace(uri.AbsolutePath, "/." + uri.AbsolutePath, StringComparison.Ordinal));
        yield return ("percent-encoded", right[..^1] + $"%{(int)right[^1]:X2}");
    }

    private static IEnumerable<JwtAttack> Audiences(JwtSubject subject)
    {
        if (subject.Audience is not { } member || (string?)subject.Payload()[member] is not { } right)
        {
            yield break;
        }

        (string Name, JsonNode Value)[] wrong =
        [
            ("an array of others", new JsonArray("other", "billing")), ("an empty array", new JsonArray()), ("an array of the right one's parts", new JsonArray(right[..1], right[1..])), ("an array of null", new JsonArray((JsonNode?)null)),
            ("an array of a number", new JsonArray(1)), ("an array of the right one in capitals", new JsonArray(right.ToUpperInvariant())), ("an array of two hundred others", new JsonArray([.. Enumerable.Range(0, 200).Select(i => (JsonNode)$"a{i}")])),
        ];
        foreach (var (name, value) in wrong)
        {
            yield return new($"an audience that is {name}", subject.BySigner(payload: claims => claims[member] = value.DeepClone()));
        }
    }

    private static IEnumerable<JwtAttack> Times(JwtSubject subject)
    {
        if (subject.Expiry is not { } member)
        {
            yield break;
        }

        var right = (long)subject.Payload()[member]!;
        foreach (var raw in new[]
        {
            $"\"{right}\"", "\"\"", "\"never\"", "-1", "0", "1", "true", "false", "[]", "{}", "1e400", "-1e400", "1e999999", "99999999999999999999999999", "9223372036854775807", "-9223372036854775808", "253402300800", $"[{right}]",
            $"{{\"exp\":{right}}}", "\"2099-01-01T00:00:00Z\"", "1e-5",
        })
        {
            yield return new($"{member} {raw}", subject.BySigner(subject.Header().ToJsonString(), Raw(subject, member, raw)));
        }

        yield return new($"{member} of yesterday", subject.BySigner(payload: claims => claims[member] = right - 86_400));
    }

    // Two readers may read two things.
    private static IEnumerable<JwtAttack> Twice(JwtSubject subject)
    {
        foreach (var (member, value) in subject.Payload().ToList())
        {
            foreach (var (how, name) in new[] { ("", member), (" with an escape in its name", $"\\u{(int)member[0]:x4}{member[1..]}"), (" with its last letter escaped", $"{member[..^1]}\\u{(int)member[^1]:X4}") })
            {
                var json = subject.Payload().ToJsonString();
                var text = value?.ToJsonString() ?? "null";
                yield return new($"{member} twice{how}", subject.BySigner(subject.Header().ToJsonString(), $"{{\"{name}\":{text},{json[1..]}"));
                yield return new($"{member} twice{how}, the wrong one first", subject.BySigner(subject.Header().ToJsonString(), $"{{\"{name}\":\"other\",{json[1..]}"));
            }
        }

        foreach (var (member, value) in subject.Header().ToList())
        {
            var json = subject.Header().ToJsonString();
            yield return new($"the header's {member} twice", subject.BySigner($"{{\"{member}\":{value!.ToJsonString()},{json[1..]}", subject.Payload().ToJsonString()));
            yield return new($"the header's {member} twice, none of it first", subject.BySigner($"{{\"{member}\":\"none\",{json[1..]}", subject.Payload().ToJsonString()));
        }
    }

    private static string Raw(JwtSubject subject, string member, string raw)
    {
        var claims = subject.Payload();
        claims[member] = "@@raw@@";
        return claims.ToJsonString().Replace("\"@@raw@@\"", raw, StringComparison.Ordinal);
    }

    private static void Rename(JsonObject claims, string from, string to)
    {
        var value = claims[from]?.DeepClone();
        claims.Remove(from);
        claims[to] = value;
    }
}
