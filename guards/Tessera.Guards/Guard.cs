using Tessera.Guards.Removing;

namespace Tessera.Guards;

/// <summary>One rule that keeps tenants apart, the method that holds it, and the tests that must notice when it is gone.</summary>
/// <param name="Rule">What holds, as a sentence.</param>
/// <param name="Method">Full name of the type, a dot, the method's name; <c>Type+Nested.Method</c> where it is nested, and <c>Method/String,Int32</c> where only its parameters tell it from others.</param>
/// <param name="Removal">How the rule is taken out.</param>
/// <param name="Tests">Names of test classes, or <c>Class.Method</c> with wildcards. All of them pass as long as the guard stands.</param>
internal sealed record Guard(string Rule, string Method, Removal Removal, params string[] Tests)
{
    public string TypeName => Method[..MethodDot];

    public string MethodName => Method[(MethodDot + 1)..];

    /// <summary>As xunit's runner takes them.</summary>
    public string Filter => string.Join(' ', Tests.Select(test => test.Contains('.') ? $"-method *.{test}" : $"-class *.{test}"));

    // A constructor's name begins with a dot itself.
    private int MethodDot => Method.EndsWith(".cctor", StringComparison.Ordinal) ? Method.Length - ".cctor".Length - 1 : Method.LastIndexOf('.');
}
