using Mono.Cecil;

namespace Tessera.Guards.Removing;

/// <summary>The assemblies of a built test, and the guards in them.</summary>
internal static class Assemblies
{
    /// <summary>The file that holds the guard's type: of the assemblies whose name the type's begins with, the one with the longest.</summary>
    public static string FileOf(Guard guard, string folder) =>
        Directory.EnumerateFiles(folder, "*.dll")
            .Where(file => guard.TypeName.StartsWith(Path.GetFileNameWithoutExtension(file) + ".", StringComparison.Ordinal))
            .MaxBy(file => file.Length)
        ?? throw new InvalidOperationException($"No assembly in {folder} holds {guard.TypeName}.");

    /// <summary>The assembly's bytes without the guard.</summary>
    public static byte[] Without(Guard guard, string file)
    {
        using var assembly = TakeOut(guard, file);
        using var rewritten = new MemoryStream();
        assembly.Write(rewritten);
        return rewritten.ToArray();
    }

    /// <summary>The assembly in memory, the guard gone from it.</summary>
    /// <exception cref="InvalidOperationException">There is no such guard, or it cannot be taken out like that.</exception>
    public static AssemblyDefinition TakeOut(Guard guard, string file)
    {
        var assembly = AssemblyDefinition.ReadAssembly(file, new ReaderParameters { AssemblyResolver = new Neighbours(Path.GetDirectoryName(file)!), InMemory = true });
        return guard.Removal.Apply(Find(guard, assembly))
            ? assembly
            : throw new InvalidOperationException($"{guard.Method} has nothing that could be taken out like that.");
    }

    private static MethodDefinition Find(Guard guard, AssemblyDefinition assembly)
    {
        var type = assembly.MainModule.GetType(guard.TypeName.Replace('+', '/')) ?? throw new InvalidOperationException($"There is no type {guard.TypeName}.");
        var (name, parameters) = guard.MethodName.Split('/') is [var before, var types] ? (before, types) : (guard.MethodName, null);
        return type.Methods.Where(method => method.Name == name && (parameters is null || parameters == string.Join(',', method.Parameters.Select(parameter => parameter.ParameterType.Name)))).ToList() switch
        {
            [var only] => only,
            [] => throw new InvalidOperationException($"There is no method {guard.Method}."),
            _ => throw new InvalidOperationException($"There are several methods {guard.Method}."),
        };
    }

    private sealed class Neighbours : DefaultAssemblyResolver
    {
        public Neighbours(string folder) => AddSearchDirectory(folder);
    }
}
