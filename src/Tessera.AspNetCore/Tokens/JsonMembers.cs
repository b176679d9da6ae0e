using System.Text.Json;
using System.Text.Unicode;

namespace Tessera.AspNetCore.Tokens;

/// <summary>
/// The members of a JSON object in one pass over its bytes, none of which need be copied. Reading it to its end checks all of
/// it, nested parts too; what is wrong with it throws <see cref="JsonException"/> or, for text that is none,
/// <see cref="InvalidOperationException"/>.
/// </summary>
internal ref struct JsonMembers
{
    /// <summary>Names remembered here; an object with more is looked through for duplicates in another way.</summary>
    public const int MostNames = 64;

    private const int MaxDepth = 16;

    private static readonly JsonDocumentOptions Distinct = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    private readonly ReadOnlySpan<byte> _json;
    private readonly Span<Range> _names;
    private Utf8JsonReader _reader;
    private int _count;
    private bool _isTwice;
    private bool _isPlain = true;

    /// <param name="names">Room for <see cref="MostNames"/>.</param>
    public JsonMembers(ReadOnlySpan<byte> json, Span<Range> names)
    {
        _json = json;
        _names = names;
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        DemandText(json);
        _reader.Read();
        DemandObject(_reader.TokenType);
    }

    /// <summary>The name of the member whose value is next, without escapes.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>False at the end of the object, behind which there is nothing.</summary>
    public bool MoveNext()
    {
        FinishValue();
        if (!_reader.Read() || _reader.TokenType == JsonTokenType.EndObject)
        {
            return _reader.Read();
        }

        Name = _reader.ValueIsEscaped ? Unescaped() : _reader.ValueSpan;
        Remember();
        _reader.Read();
        CheckText();
        return true;
    }

    /// <summary>The value; empty when it is no text, which is what nobody asks for.</summary>
    public string Text() => _reader.TokenType == JsonTokenType.String ? _reader.GetString()! : "";

    /// <summary>The value, which is often <paramref name="usual"/>.</summary>
    public string Text(string usual) => _reader.TokenType == JsonTokenType.String && _reader.ValueTextEquals(usual) ? usual : Text();

    /// <summary>The value in seconds since 1970; negative when it is no whole number of them within the calendar.</summary>
    public long Time() =>
        _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out var seconds) && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? seconds : -1;

    /// <summary>The texts of the value: it may be one, or an array with some (RFC 7519, section 4.1.3).</summary>
    public string[] Texts()
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            return _reader.TokenType == JsonTokenType.String ? [_reader.GetString()!] : [];
        }

        List<string> texts = [];
        while (ReadWithin() > 1)
        {
            if (_reader is { TokenType: JsonTokenType.String, CurrentDepth: 2 })
            {
                texts.Add(_reader.GetString()!);
            }
        }

        return [.. texts];
    }

    /// <summary>Whether an object read to its end, or one within it, has a member twice, which two readers may read differently.</summary>
    public readonly bool HasDuplicate() => _isTwice || !(_isPlain || IsDistinct());

    // RFC 8259, section 8.1.
    private static void DemandText(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            throw new JsonException();
        }
    }

    private static void DemandObject(JsonTokenType first)
    {
        if (first != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }
    }

    private void FinishValue()
    {
        if (_reader.TokenType == JsonTokenType.StartObject && _reader.CurrentDepth == 0)
        {
            return;
        }

        _isPlain &= _reader.TokenType != JsonTokenType.StartObject;
        if (_reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            while (ReadWithin() > 1)
            {
            }
        }
    }

    private int ReadWithin()
    {
        _reader.Read();
        _isPlain &= _reader.TokenType != JsonTokenType.StartObject;
        CheckText();
        return _reader.CurrentDepth;
    }

    // Half a surrogate pair can be escaped and is no text: who reads it later must not be the first to find out.
    private void CheckText()
    {
        if (_reader is { ValueIsEscaped: true, TokenType: JsonTokenType.String or JsonTokenType.PropertyName })
        {
            _reader.GetString();
        }
    }

    private byte[] Unescaped()
    {
        _isPlain = false;
        return System.Text.Encoding.UTF8.GetBytes(_reader.GetString()!);
    }

    private void Remember()
    {
        if (_count == _names.Length)
        {
            _isPlain = false;
        }

        if (!_isPlain)
        {
            return;
        }

        foreach (var earlier in _names[.._count])
        {
            _isTwice |= _json[earlier].SequenceEqual(Name);
        }

        var start = (int)_reader.TokenStartIndex + 1;
        _names[_count++] = start..(start + Name.Length);
    }

    // What has been read well to its end fails here for its duplicates alone.
    private readonly bool IsDistinct()
    {
        try
        {
            JsonElement.Parse(_json, Distinct);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
