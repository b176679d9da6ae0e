using System.Text;
using Tessera.Cell.Passwords;
using Tessera.Imports;
using Hashes = Tessera.Cell.Passwords.PasswordHash;
using Tables = Tessera.Imports.CsvTable;

namespace Tessera.Fuzz.Parsers;

/// <summary>What is brought along in an import.</summary>
internal static class Files
{
    public static Parser Csv { get; } = new("csv", [typeof(CsvReader)], text =>
    {
        var line = 0;
        foreach (var record in Read(text))
        {
            Promise.That(record.Line > line, "Records come in order");
            Promise.That(record.Fault is null == record.Fields.Count > 0, "A record has fields or a fault");
            Promise.That(record.Fields.Count <= CsvReader.MostFields && record.Fields.All(field => field.Length <= CsvReader.LongestField), "A record is within its bounds");
            line = record.Line;
        }

        var good = Read(text).Where(record => record.Fault is null).ToList();
        var again = Read(string.Concat(good.Select(record => string.Join(',', record.Fields.Select(Quoted)) + "\r\n"))).ToList();
        Promise.That(good.Count == again.Count && good.Zip(again).All(pair => pair.First.Fields.SequenceEqual(pair.Second.Fields)), "What was read and is written is read again");
    });

    public static Parser CsvTable { get; } = new("csv-table", [typeof(Tables), typeof(UserFile), typeof(TenantFile)], text =>
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, Encoding.UTF8.GetBytes(text));
            foreach (var open in new Func<Tables>[] { () => UserFile.Open(path, ofOneTenant: true), () => UserFile.Open(path, ofOneTenant: false), () => TenantFile.Open(path) })
            {
                try
                {
                    var table = open();
                    Promise.That(table.Lines().All(line => line.Fault is not null || line.Fields.Keys.All(table.Columns.Contains)), "A line has fields of its columns");
                }
                catch (Fault)
                {
                    // How it refuses.
                }
            }
        }
        finally
        {
            File.Delete(path);
        }
    });

    public static Parser PasswordHash { get; } = new("password-hash", [typeof(Hashes), typeof(PhcText), typeof(Argon2Hash), typeof(BcryptHash), typeof(ScryptHash), typeof(Pbkdf2Hash)], text =>
    {
        if (!Hashes.TryParse(text, out var hash, out var fault))
        {
            Promise.That(text.Length < 24 || !fault.Message.Contains(text, StringComparison.Ordinal), "A refusal does not repeat a hash");
            return;
        }

        Promise.That(text.Length <= Hashes.MaxLength, "A hash is short");
        Promise.That(hash switch
        {
            Argon2Hash argon => argon is { MemoryKib: <= 65_536, Passes: <= 10, Lanes: <= 8 },
            BcryptHash bcrypt => bcrypt.Cost <= 14,
            ScryptHash scrypt => (1L << scrypt.LogCost) * scrypt.BlockSize * scrypt.Parallelism <= 1 << 20,
            Pbkdf2Hash pbkdf => pbkdf.Rounds <= 1_000_000,
            _ => false,
        }, "A hash costs no more than the cell takes");
    });

    private static IEnumerable<CsvRecord> Read(string text) => new CsvReader(new StringReader(text)).Read();

    private static string Quoted(string field) => new StringBuilder(field).Replace("\"", "\"\"").Insert(0, '"').Append('"').ToString();
}
