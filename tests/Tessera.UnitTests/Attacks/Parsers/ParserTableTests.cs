using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using OpenIddict.Abstractions;
using Tessera.Fuzz.Parsers;

namespace Tessera.UnitTests.Attacks.Parsers;

/// <summary>The table of readers is whole: a new one is in it, or told of here.</summary>
public sealed partial class ParserTableTests
{
    private static readonly Assembly[] Product =
    [
        typeof(Tessera.Contracts.Ids.TenantId).Assembly, typeof(Tessera.Postgres.Tenants.TenantScope).Assembly, typeof(Tessera.Feed.DirectoryMap).Assembly, typeof(Tessera.AspNetCore.TesseraOptions).Assembly,
        typeof(Tessera.Cell.CellOptions).Assembly, typeof(Tessera.ControlPlane.ControlOptions).Assembly, typeof(Tessera.Router.RouterOptions).Assembly, typeof(Tessera.Imports.CsvReader).Assembly,
    ];

    private static readonly Type[] Texts = [typeof(string), typeof(ReadOnlySpan<char>), typeof(ReadOnlySpan<byte>), typeof(byte[]), typeof(string[]), typeof(HttpContext), typeof(HttpRequest), typeof(IQueryCollection), typeof(OpenIddictRequest), typeof(TextReader)];

    // Through which row it is tried, or who wrote what it reads, where that is nobody outside.
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["IId`1"] = "tried as each id",
        ["Uuid"] = "tried as tenant-id and pool-id",
        ["Nfkc"] = "tried as username",
        ["SignInRequest"] = "client-id, redirect-uri; the rest is carried as it is",
        ["DeviceSignIn"] = "user-code",
        ["TenantHost"] = "an option of the application's own code",
        ["ProfileRequest"] = "the platform's JSON reader, below a cap; its refusals are in ManagementTests",
        ["ControlBody"] = "JSON of the control plane, under a service token for that very body",
        ["AccountPlan"] = "what ControlBody has read",
        ["UserImport"] = "username, account and password-hash at the cell",
        ["ImportKeys"] = "one regular expression",
        ["Passwords"] = "a length",
        ["Scope"] = "one of a few words",
        ["ClientPlan"] = "redirect-uri, client-keys",
        ["OnboardingPlan"] = "tenant-slug, sign-in-host, email-domain",
        ["UserPoolPlan"] = "realm-id, client-id",
        ["BindingPlan"] = "client-id",
        ["BoundClients"] = "client-id",
        ["KeptMembership"] = "a file of the cell's own, mode 0600",
        ["PlacementWish"] = "cell-id, pool-id; the rest are words of a list",
        ["SignedAnswer"] = "JSON that a cell signed with the key it joined with, below a cap",
        ["PromotionPlan"] = "sign-in-host",
        ["SharedRealmPlan"] = "tenant-slug, sign-in-host",
        ["UsersCommandOptions"] = "the operator's command line",
        ["IdentityKey"] = "a file of this process's own, mode 0600",
        ["PrivateFile"] = "a path of the operator's",
        ["SecretFile"] = "a path of the operator's",
        ["DiskCopy"] = "a folder of the operator's; its lines are verified one by one, as feed-page",
        ["RealmState"] = "the cell's own row, written by it and constrained by the schema",
        ["PoolKeyring"] = "the cell's own row, sealed",
        ["TicketKeys"] = "the cell's own row, sealed",
        ["FormerKeys"] = "the cell's own row, written once its keys were read one by one",
        ["SealedSecret"] = "the cell's own row, sealed",
    };

    [Fact]
    public void Every_reader_of_text_is_tried_or_it_is_told_why_it_need_not_be()
    {
        var covered = AllParsers.List.SelectMany(parser => parser.Covers).Select(type => type.Name).Concat(Elsewhere.Keys).ToHashSet();
        var readers = Readers().Select(method => (Type: method.DeclaringType!, method.Name)).ToList();
        Assert.True(readers.Select(reader => reader.Type).Distinct().Count() >= 20, $"Only {readers.Count} readers were found.");
        var missing = readers.Where(reader => !covered.Contains(reader.Type.Name)).Select(reader => $"{reader.Type.FullName}.{reader.Name}").ToList();
        Assert.True(missing.Count == 0, string.Join('\n', missing));
        Assert.Empty(Elsewhere.Keys.Except(Product.SelectMany(assembly => assembly.GetTypes()).Select(type => type.Name)));
    }

    [Fact]
    public void Every_parser_has_a_corpus_and_every_corpus_a_parser() => Assert.Equal(
        AllParsers.List.Select(parser => parser.Name).Order(StringComparer.Ordinal),
        Directory.GetDirectories(Path.Combine(Architecture.Repository.Root, "fuzz", "corpus")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal));

    private static IEnumerable<MethodInfo> Readers() =>
        from assembly in Product
        from type in assembly.GetTypes()
        where type.FullName!.StartsWith("Tessera.", StringComparison.Ordinal) // and not what a generator wrote
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where !method.IsPrivate && Reading().IsMatch(method.Name) && method.GetParameters().Any(parameter => Texts.Contains(parameter.ParameterType))
        select method;

    [GeneratedRegex("^(Try)?(Parse|Read|Decode|Normalize|Open|Verify|From)")]
    private static partial Regex Reading();
}
