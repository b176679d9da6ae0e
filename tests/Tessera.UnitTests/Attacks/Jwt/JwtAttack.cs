namespace Tessera.UnitTests.Attacks.Jwt;

/// <summary>A token that no verifier may accept, named for what is wrong with it.</summary>
public sealed record JwtAttack(string Name, string Token);
