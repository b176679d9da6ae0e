using CsCheck;
using Tessera.Imports;

namespace Tessera.UnitTests.Command;

/// <summary>RFC 4180, and what is none.</summary>
public sealed class CsvReaderTests
{
    [Fact]
    public void Whatever_is_written_is_read_again() =>
        Gen.Char["ab,\"\r\n é;'"].Array[0, 8].Select(letters => new string(letters)).Array[2, 5].Array[1, 5].Sample(records =>
        {
            var text = string.Concat(records.Select(fields => string.Join(',', fields.Select(CsvText.Field)) + "\r\n"));
            var read = Read(text);
            return read.Count == records.Length && read.Zip(records).All(pair => pair.First.Fault is null && pair.First.Fields.SequenceEqual(pair.Second));
        }, iter: 5_000);

    [Fact]
    public void Any_text_is_read_to_its_end_in_order_and_never_throws() =>
        Gen.Char["a,\"\r\n"].Array[0, 60].Select(letters => new string(letters)).Sample(text =>
        {
            var read = Read(text);
            return read.All(record => record.Fault is null == record.Fields.Count > 0) && read.Zip(read.Skip(1)).All(pair => pair.First.Line < pair.Second.Line);
        }, iter: 20_000);

    [Theory]
    [InlineData("a,b\"c\nd,e\n")]
    [InlineData("\"a\"b,c\nd,e\n")]
    [InlineData("a,\"b\"c\nd,e\n")]
    public void A_malformed_record_is_told_and_the_next_one_read(string text)
    {
        var read = Read(text);
        Assert.Equal(2, read.Count);
        Assert.NotNull(read[0].Fault);
        Assert.Equal((2, "d"), (read[1].Line, read[1].Fields[0]));
    }

    [Fact]
    public void Lines_are_counted_through_quotes_and_empty_lines()
    {
        var read = Read("a,b\r\n\"x\ny\",z\n\nlast,one");
        Assert.Equal([1, 2, 5], read.Select(record => record.Line));
        Assert.Equal("x\ny", read[1].Fields[0]);
    }

    [Fact]
    public void A_field_or_record_that_is_too_long_is_told()
    {
        var read = Read($"{new string('a', CsvReader.LongestField + 1)},b\n{new string(',', CsvReader.MostFields)}\n\"{new string('a', CsvReader.LongestField + 1)}\"\nok,ok\n");
        Assert.Equal([true, true, true, false], read.Select(record => record.Fault is not null));
    }

    [Fact]
    public void A_quote_that_is_never_closed_is_told() => Assert.NotNull(Assert.Single(Read("\"a,b\nc")).Fault);

    private static List<CsvRecord> Read(string text) => [.. new CsvReader(new StringReader(text)).Read()];
}
