using Tessera.Contracts.Ids;

namespace Tessera.Fuzz.Parsers;

/// <summary>Typed ids: one written form, and anything else does not parse.</summary>
internal static class Ids
{
    public static Parser Of<TId>(string name) where TId : struct, IId<TId> => new(name, [typeof(TId)], text =>
    {
        if (!TId.TryParse(text, out var id))
        {
            return;
        }

        Promise.Same(text, id.ToString(), "An id has one written form");
        Promise.That(text.All(c => c is > ' ' and < '\u007f'), "An id is visible ASCII");
        Promise.That(text.Length <= 128, "An id is short");
    });
}
