using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Tessera.Cell.Pages;

/// <summary>
/// Finished HTML. It is made from interpolated text alone: the literal parts stay as they are, every value is encoded,
/// unless it is <see cref="Html"/> itself. There is no way to put a raw string in.
/// </summary>
internal sealed record Html
{
    private readonly string _text;

    private Html(string text) => _text = text;

    public static Html Empty { get; } = new("");

    public static Html Of(Encoding text) => new(text.Finish());

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts));

    public override string ToString() => _text;

    [InterpolatedStringHandler]
    public readonly ref struct Encoding(int literalLength, int formattedCount)
    {
        private readonly StringBuilder _text = new(literalLength + (16 * formattedCount));

        public void AppendLiteral(string literal) => _text.Append(literal);

        public void AppendFormatted(Html html) => _text.Append(html._text);

        public void AppendFormatted(string? value) => _text.Append(HtmlEncoder.Default.Encode(value ?? ""));

        internal string Finish() => _text.ToString();
    }
}
