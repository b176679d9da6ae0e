using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tessera.Files;

/// <summary>A JSON file for its owner alone, written in one step: a reader sees the old one or the new one, whole.</summary>
internal static class SecretFile
{
    public static void Write<T>(string path, T value, JsonTypeInfo<T> type) => PrivateFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <returns>Null if there is no such file.</returns>
    public static T? Read<T>(string path, JsonTypeInfo<T> type) where T : class
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, type);
        }
        catch (JsonException)
        {
            throw new Fault($"'{path}' is damaged; restore it, or use another --data folder.");
        }
    }
}
