using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Tessera.Guards.Removing;

/// <summary>Changes inside a method, and inside what the compiler made of it: its state machine and its lambdas.</summary>
internal static class Instructions
{
    public static bool Replace(MethodDefinition method, string text, string instead)
    {
        var found = false;
        foreach (var instruction in Bodies(method).SelectMany(body => body.Instructions))
        {
            if (instruction.OpCode == OpCodes.Ldstr && ((string)instruction.Operand).Contains(text, StringComparison.Ordinal))
            {
                instruction.Operand = ((string)instruction.Operand).Replace(text, instead, StringComparison.Ordinal);
                found = true;
            }
        }

        return found;
    }

    /// <summary>Puts something in the place of each call of that name.</summary>
    public static bool InsteadOf(MethodDefinition method, string call, Action<MethodBody, Instruction> put)
    {
        var found = false;
        foreach (var body in Bodies(method))
        {
            foreach (var instruction in body.Instructions.Where(instruction => IsCallOf(instruction, call)).ToList())
            {
                put(body, instruction);
                found = true;
            }
        }

        return found;
    }

    /// <summary>The arguments are dropped, the last one first, and an answer takes their place.</summary>
    public static void Answer(MethodBody body, Instruction call, bool? answer)
    {
        var called = (MethodReference)call.Operand;
        var il = body.GetILProcessor();
        var after = DropArguments(il, call, called);
        if (called.ReturnType.FullName == "System.Void")
        {
            return;
        }

        if (answer is { } truth)
        {
            il.InsertAfter(after, il.Create(truth ? OpCodes.Ldc_I4_1 : OpCodes.Ldc_I4_0));
        }
        else if (called.ReturnType.IsValueType)
        {
            var local = new VariableDefinition(body.Method.Module.ImportReference(called.ReturnType));
            body.Variables.Add(local);
            body.InitLocals = true;
            Insert(il, after, il.Create(OpCodes.Ldloca, local), il.Create(OpCodes.Initobj, local.VariableType), il.Create(OpCodes.Ldloc, local));
        }
        else
        {
            il.InsertAfter(after, il.Create(OpCodes.Ldnull));
        }
    }

    /// <summary>The last argument stays, the others are dropped.</summary>
    public static void LastArgument(MethodBody body, Instruction call)
    {
        var called = (MethodReference)call.Operand;
        var il = body.GetILProcessor();
        var local = new VariableDefinition(called.Parameters[^1].ParameterType);
        body.Variables.Add(local);
        (call.OpCode, call.Operand) = (OpCodes.Stloc, local);
        var others = called.Parameters.Count - 1 + (called.HasThis ? 1 : 0);
        Insert(il, call, [.. Enumerable.Range(0, others).Select(_ => il.Create(OpCodes.Pop)), il.Create(OpCodes.Ldloc, local)]);
    }

    private static bool IsCallOf(Instruction instruction, string call) =>
        (instruction.OpCode == OpCodes.Call || instruction.OpCode == OpCodes.Callvirt) && ((MethodReference)instruction.Operand).Name == call;

    // The first drop takes the call's own place, as something may jump there.
    private static Instruction DropArguments(ILProcessor il, Instruction call, MethodReference called)
    {
        var arguments = called.Parameters.Count + (called.HasThis ? 1 : 0);
        (call.OpCode, call.Operand) = (arguments > 0 ? OpCodes.Pop : OpCodes.Nop, null);
        return Insert(il, call, [.. Enumerable.Range(1, Math.Max(0, arguments - 1)).Select(_ => il.Create(OpCodes.Pop))]);
    }

    private static Instruction Insert(ILProcessor il, Instruction after, params Instruction[] more)
    {
        foreach (var next in more)
        {
            il.InsertAfter(after, next);
            after = next;
        }

        return after;
    }

    private static IEnumerable<MethodBody> Bodies(MethodDefinition method) =>
        MadeOf(method.DeclaringType, $"<{method.Name}>").Prepend(method).Where(made => made.HasBody).Select(made => made.Body);

    private static IEnumerable<MethodDefinition> MadeOf(TypeDefinition type, string prefix) =>
        type.Methods.Where(made => made.Name.StartsWith(prefix, StringComparison.Ordinal))
            .Concat(type.NestedTypes.Where(nested => nested.Name.StartsWith(prefix, StringComparison.Ordinal)).SelectMany(nested => nested.Methods))
            .Concat(type.NestedTypes.Where(nested => nested.Name.StartsWith("<>c", StringComparison.Ordinal)).SelectMany(nested => MadeOf(nested, prefix)));
}
