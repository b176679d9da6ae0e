using System.CommandLine;
using System.Text.Json.Nodes;
using Tessera.Commands;
using Tessera.Operator;

namespace Tessera.Policies;

/// <summary><c>tessera policy</c>: what rules in every cell for tenants without rules of their own, and the one call that changes it.</summary>
internal static class PolicyCommand
{
    public static Command Build()
    {
        var command = Show();
        command.Add(Set());
        return command;
    }

    private static Command Show()
    {
        var options = new ApiOptions();
        var command = options.AddTo(new Command("policy", "Shows the platform's policy, and whose rule each value is."));
        command.SetAction((result, _) => Guarded.RunAsync(async () =>
            Answer(options.Json(result), await options.Open(result).GetAsync("/policy", CancellationToken.None))));
        return command;
    }

    private static Command Set()
    {
        var options = new ApiOptions();
        var length = new Option<int?>("--password-min-length") { Description = "Characters a new password has at least, 8 to 64" };
        var session = new Option<int?>("--session-minutes") { Description = "How long a browser stays signed in, 5 to 43200; sessions there are included" };
        var command = options.AddTo(new Command("set", "Rules for the whole platform, in every cell within seconds. What is not given is as built in.") { length, session });
        command.SetAction((result, _) => Guarded.RunAsync(async () =>
        {
            var rules = new JsonObject();
            Add(rules, "password_min_length", result.GetValue(length));
            Add(rules, "session_minutes", result.GetValue(session));
            Answer(options.Json(result), await options.Open(result).PutAsync("/policy", rules, CancellationToken.None));
        }));
        return command;
    }

    private static void Add(JsonObject rules, string name, int? value)
    {
        if (value is { } given)
        {
            rules[name] = given;
        }
    }

    private static void Answer(bool json, JsonNode policy)
    {
        if (json)
        {
            Output.Json(policy);
            return;
        }

        Output.Table(
            policy.AsObject().Where(rule => rule.Value is JsonObject).Select(rule => (JsonNode?)new JsonObject
            {
                ["rule"] = rule.Key.Replace('_', ' '), ["value"] = rule.Value!["value"]!.DeepClone(), ["source"] = rule.Value["source"]!.DeepClone(),
            }),
            "rule", "value", "source");
    }
}
