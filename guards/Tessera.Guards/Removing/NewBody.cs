using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Tessera.Guards.Removing;

/// <summary>A method's body, written anew; of an asynchronous method too, which then has its answer at once.</summary>
internal sealed class NewBody
{
    private readonly MethodDefinition _method;
    private readonly ILProcessor _il;

    public NewBody(MethodDefinition method)
    {
        _method = method;
        method.Body = new MethodBody(method) { InitLocals = true };
        _il = method.Body.GetILProcessor();
    }

    /// <summary>Returns the value, in a task where the method returns one; null stands for the type's default.</summary>
    public void Return(object? value)
    {
        var type = _method.ReturnType;
        if (type.FullName == "System.Void")
        {
            _il.Emit(OpCodes.Ret);
            return;
        }

        switch (type.GetElementType().FullName)
        {
            case "System.Threading.Tasks.Task":
                _il.Emit(OpCodes.Call, CompletedTask(type));
                break;
            case "System.Threading.Tasks.Task`1":
                Load(Argument(type), value);
                _il.Emit(OpCodes.Call, FromResult(type));
                break;
            case "System.Threading.Tasks.ValueTask`1":
                Load(Argument(type), value);
                _il.Emit(OpCodes.Newobj, ValueTaskOf(type));
                break;
            default:
                Load(type, value);
                break;
        }

        _il.Emit(OpCodes.Ret);
    }

    /// <summary>Returns an empty list.</summary>
    public void ReturnEmpty()
    {
        var type = _method.ReturnType;
        if (type.GetElementType().FullName == "System.Collections.Generic.List`1")
        {
            _il.Emit(OpCodes.Newobj, new MethodReference(".ctor", _method.Module.TypeSystem.Void, type) { HasThis = true });
            _il.Emit(OpCodes.Ret);
            return;
        }

        var isTask = type.GetElementType().FullName == "System.Threading.Tasks.Task`1";
        var list = isTask ? Argument(type) : type;
        var element = list is ArrayType array ? array.ElementType : Argument(list);
        _il.Emit(OpCodes.Ldc_I4_0);
        _il.Emit(OpCodes.Newarr, element);
        if (isTask)
        {
            _il.Emit(OpCodes.Call, FromResult(type));
        }

        _il.Emit(OpCodes.Ret);
    }

    /// <summary>Calls the next delegate with the method's first parameter.</summary>
    public bool PassOn()
    {
        var parameter = _method.Parameters.FirstOrDefault(parameter => IsNext(parameter.ParameterType));
        var field = _method.DeclaringType.Fields.FirstOrDefault(field => IsNext(field.FieldType));
        if (parameter is not null)
        {
            _il.Emit(OpCodes.Ldarg, parameter);
        }
        else if (field is not null)
        {
            _il.Emit(OpCodes.Ldarg_0);
            _il.Emit(OpCodes.Ldfld, field);
        }
        else
        {
            return false;
        }

        var invoke = new MethodReference("Invoke", _method.ReturnType, parameter?.ParameterType ?? field!.FieldType) { HasThis = true };
        invoke.Parameters.Add(new ParameterDefinition(_method.Parameters[0].ParameterType));
        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Callvirt, invoke);
        _il.Emit(OpCodes.Ret);
        return true;
    }

    private static bool IsNext(TypeReference type) => type.Name is "RequestDelegate" or "EndpointFilterDelegate";

    private static TypeReference Argument(TypeReference type) => ((GenericInstanceType)type).GenericArguments[0];

    private void Load(TypeReference type, object? value)
    {
        switch (value)
        {
            case bool truth:
                _il.Emit(truth ? OpCodes.Ldc_I4_1 : OpCodes.Ldc_I4_0);
                break;
            case string text:
                _il.Emit(OpCodes.Ldstr, text);
                break;
            case null when type.IsValueType || type.IsGenericParameter:
                var local = new VariableDefinition(type);
                _method.Body.Variables.Add(local);
                _il.Emit(OpCodes.Ldloca, local);
                _il.Emit(OpCodes.Initobj, type);
                _il.Emit(OpCodes.Ldloc, local);
                break;
            default:
                _il.Emit(OpCodes.Ldnull);
                break;
        }
    }

    private static MethodReference CompletedTask(TypeReference task) => new("get_CompletedTask", task, task);

    private GenericInstanceMethod FromResult(TypeReference task)
    {
        var scope = task.GetElementType().Scope;
        var method = new MethodReference("FromResult", _method.Module.TypeSystem.Void, new TypeReference("System.Threading.Tasks", "Task", _method.Module, scope));
        var result = new GenericParameter("TResult", method);
        method.GenericParameters.Add(result);
        method.Parameters.Add(new ParameterDefinition(result));
        method.ReturnType = new GenericInstanceType(task.GetElementType()) { GenericArguments = { result } };
        return new GenericInstanceMethod(method) { GenericArguments = { Argument(task) } };
    }

    private MethodReference ValueTaskOf(TypeReference task) => new(".ctor", _method.Module.TypeSystem.Void, task)
    {
        HasThis = true,
        Parameters = { new ParameterDefinition(task.GetElementType().GenericParameters.Count > 0 ? task.GetElementType().GenericParameters[0] : Placeholder(task)) },
    };

    // A reference to a type of another assembly does not bring its parameters along.
    private static GenericParameter Placeholder(TypeReference task)
    {
        var parameter = new GenericParameter("TResult", task.GetElementType());
        task.GetElementType().GenericParameters.Add(parameter);
        return parameter;
    }
}
