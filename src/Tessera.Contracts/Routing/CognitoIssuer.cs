using System.Diagnostics.CodeAnalysis;
using Tessera.Contracts.Ids;

namespace Tessera.Contracts.Routing;

/// <summary>The <c>iss</c> of a user pool of Amazon Cognito. A pool has one of two forms at a time; both are the same pool with the same keys.</summary>
internal static class CognitoIssuer
{
    private const string Original = "https://cognito-idp.";
    private const string Updated = "https://issuer-cognito-idp.";
    private const string Domain = ".amazonaws.com/";

    /// <param name="updated">The newer form, of pools whose issuer configuration is <c>UPDATED</c>.</param>
    public static string Of(RealmId userPool, bool updated = false) => $"{(updated ? Updated : Original)}{userPool.Region}{Domain}{userPool}";

    /// <summary>The pool an issuer is of, in either form, character by character; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? issuer, out RealmId userPool)
    {
        userPool = default;
        if (issuer is null || !(issuer.StartsWith(Original, StringComparison.Ordinal) || issuer.StartsWith(Updated, StringComparison.Ordinal)))
        {
            return false;
        }

        return RealmId.TryParse(issuer[(issuer.LastIndexOf('/') + 1)..], out userPool)
            && (issuer == Of(userPool) || issuer == Of(userPool, updated: true));
    }
}
