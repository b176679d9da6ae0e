using Tessera.Contracts.Policies;
using Tessera.ControlPlane.Input;

namespace Tessera.ControlPlane.Policies;

/// <summary>The platform's rules as they shall be from now on. What is left out is ruled by what is built in.</summary>
/// <param name="PasswordMinLength">Characters a new password has at least, 8 to 64.</param>
/// <param name="SessionMinutes">How long a browser stays signed in, 5 to 43,200; sessions there are included.</param>
internal sealed record PolicyRequest(int? PasswordMinLength = null, int? SessionMinutes = null)
{
    public PolicyRules Read(Check check) => new(
        check.Within(PasswordMinLength, "password_min_length", PolicyRules.LeastPasswordMinLength, PolicyRules.MostPasswordMinLength),
        check.Within(SessionMinutes, "session_minutes", PolicyRules.LeastSessionMinutes, PolicyRules.MostSessionMinutes));
}

/// <summary>What rules for every tenant that has no rules of its own, each value with the layer it is from.</summary>
/// <param name="Revision">Of the change that made it; 0 while nobody has ruled.</param>
internal sealed record PolicyView(long Revision, PolicyValue PasswordMinLength, PolicyValue SessionMinutes)
{
    public static PolicyView Of(PolicyPage page)
    {
        var effective = EffectivePolicy.Of(page.Platform);
        return new(page.Revision, effective.PasswordMinLength, effective.SessionMinutes);
    }
}
