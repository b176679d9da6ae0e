using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Tessera.Postgres.EntityFramework;

/// <summary>What a command of EF Core is to row security.</summary>
internal enum CommandUse
{
    /// <summary>Carries the settings.</summary>
    Read,

    /// <summary>Enters through the scope's <see cref="Rows.WriteEntry"/>.</summary>
    Write,

    /// <summary>Migrations and EF Core's own questions. They carry nothing, and so reach no secured row.</summary>
    Housekeeping,
}

internal static class CommandUses
{
    public static CommandUse Use(this CommandSource source) => source switch
    {
        CommandSource.LinqQuery or CommandSource.FromSqlQuery => CommandUse.Read,
        CommandSource.SaveChanges or CommandSource.ExecuteUpdate or CommandSource.ExecuteDelete or CommandSource.ExecuteSqlRaw => CommandUse.Write,
        _ => CommandUse.Housekeeping,
    };
}
