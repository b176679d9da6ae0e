namespace Tessera.UnitTests.Attacks.Jwt;

/// <summary>All there is to try on a verifier of JWTs. A new attack is tried at every verifier.</summary>
internal static class JwtAttacks
{
    private static readonly Func<JwtSubject, IEnumerable<JwtAttack>>[] Families = [AlgorithmAttacks.On, HeaderAttacks.On, ClaimAttacks.On, FormAttacks.On];

    public static IReadOnlyList<JwtAttack> On(JwtSubject subject) => [.. Families.SelectMany(family => family(subject)).Where(attack => subject.Carries(attack.Token))];
}
