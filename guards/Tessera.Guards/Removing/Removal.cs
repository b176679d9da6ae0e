using Mono.Cecil;

namespace Tessera.Guards.Removing;

/// <summary>How a rule is taken out of a compiled method.</summary>
internal abstract record Removal
{
    /// <summary>No failure, no refusal, nothing found: the rule is content.</summary>
    public static readonly Removal ReturnsNull = new Constant(null);

    public static readonly Removal ReturnsTrue = new Constant(true);

    public static readonly Removal ReturnsFalse = new Constant(false);

    public static readonly Removal ReturnsNothing = new Empty();

    public static readonly Removal DoesNothing = new Constant(null);

    /// <summary>A middleware that only calls the next one.</summary>
    public static readonly Removal PassesOn = new NextOnly();

    public static Removal Returns(string text) => new Constant(text);

    /// <summary>Another text where the method has <paramref name="text"/>: for rules that are written in SQL.</summary>
    public static Removal Says(string text, string instead) => new OtherText(text, instead);

    /// <summary>The method believes that a call it makes has answered <paramref name="answer"/>, without asking.</summary>
    public static Removal Takes(string call, bool? answer) => new Believed(call, answer);

    /// <summary>A call the method makes gives back its last argument, as it was given.</summary>
    public static Removal Leaves(string call) => new Unchanged(call);

    /// <summary>Rewrites the method.</summary>
    /// <returns>False when there is nothing in it to take out.</returns>
    public abstract bool Apply(MethodDefinition method);

    private sealed record Constant(object? Value) : Removal
    {
        public override bool Apply(MethodDefinition method)
        {
            new NewBody(method).Return(Value);
            return true;
        }
    }

    private sealed record Empty : Removal
    {
        public override bool Apply(MethodDefinition method)
        {
            new NewBody(method).ReturnEmpty();
            return true;
        }
    }

    private sealed record NextOnly : Removal
    {
        public override bool Apply(MethodDefinition method) => new NewBody(method).PassOn();
    }

    private sealed record OtherText(string Text, string Instead) : Removal
    {
        public override bool Apply(MethodDefinition method) => Instructions.Replace(method, Text, Instead);
    }

    private sealed record Believed(string Call, bool? Answer) : Removal
    {
        public override bool Apply(MethodDefinition method) => Instructions.InsteadOf(method, Call, (body, call) => Instructions.Answer(body, call, Answer));
    }

    private sealed record Unchanged(string Call) : Removal
    {
        public override bool Apply(MethodDefinition method) => Instructions.InsteadOf(method, Call, Instructions.LastArgument);
    }
}
