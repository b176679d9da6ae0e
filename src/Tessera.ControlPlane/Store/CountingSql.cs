namespace Tessera.ControlPlane.Store;

/// <summary>
/// Triggers that keep count of every cell's tenants, and of those that came in on a day, in the transaction that makes, removes
/// or moves one: whoever writes a tenant's row, by whatever statement, has counted it.
/// </summary>
internal static class CountingSql
{
    // Statements of many rows are counted as one. Nothing but its cell and state matters, so only what changes these is looked at.
    public const string Postgres = """
        CREATE FUNCTION count_tenants_added() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          UPDATE cells SET tenants = cells.tenants + more.n
          FROM (SELECT cell_id, count(*)::int AS n FROM added WHERE state <> 'Deleted' GROUP BY cell_id) more WHERE cells.cell_id = more.cell_id;
          INSERT INTO onboarding_days AS days (cell_id, day, tenants)
          SELECT cell_id, floor(extract(epoch FROM created_at) / 86400)::int, count(*)::int FROM added GROUP BY 1, 2
          ON CONFLICT (cell_id, day) DO UPDATE SET tenants = days.tenants + excluded.tenants;
          RETURN NULL;
        END $$;
        CREATE FUNCTION count_tenants_removed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          UPDATE cells SET tenants = cells.tenants - less.n
          FROM (SELECT cell_id, count(*)::int AS n FROM removed WHERE state <> 'Deleted' GROUP BY cell_id) less WHERE cells.cell_id = less.cell_id;
          UPDATE onboarding_days days SET tenants = days.tenants - less.n
          FROM (SELECT cell_id, floor(extract(epoch FROM created_at) / 86400)::int AS day, count(*)::int AS n FROM removed GROUP BY 1, 2) less
          WHERE days.cell_id = less.cell_id AND days.day = less.day;
          RETURN NULL;
        END $$;
        CREATE FUNCTION count_tenant_turned() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          UPDATE cells SET tenants = tenants - 1 WHERE cell_id = OLD.cell_id AND OLD.state <> 'Deleted';
          UPDATE cells SET tenants = tenants + 1 WHERE cell_id = NEW.cell_id AND NEW.state <> 'Deleted';
          RETURN NULL;
        END $$;
        CREATE TRIGGER tenants_added AFTER INSERT ON tenants REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_tenants_added();
        CREATE TRIGGER tenants_removed AFTER DELETE ON tenants REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_tenants_removed();
        CREATE TRIGGER tenant_turned AFTER UPDATE OF cell_id, state ON tenants FOR EACH ROW
        WHEN (OLD.cell_id <> NEW.cell_id OR (OLD.state = 'Deleted') <> (NEW.state = 'Deleted')) EXECUTE FUNCTION count_tenant_turned();

        """;

    // A time is kept as ticks: 864,000,000,000 make a day, and 719,162 days went before 1970.
    public const string Sqlite = """
        CREATE TRIGGER tenant_added AFTER INSERT ON tenants BEGIN
          UPDATE cells SET tenants = tenants + 1 WHERE cell_id = NEW.cell_id AND NEW.state <> 'Deleted';
          INSERT INTO onboarding_days (cell_id, day, tenants) VALUES (NEW.cell_id, NEW.created_at / 864000000000 - 719162, 1)
          ON CONFLICT (cell_id, day) DO UPDATE SET tenants = tenants + 1;
        END;
        CREATE TRIGGER tenant_removed AFTER DELETE ON tenants BEGIN
          UPDATE cells SET tenants = tenants - 1 WHERE cell_id = OLD.cell_id AND OLD.state <> 'Deleted';
          UPDATE onboarding_days SET tenants = tenants - 1 WHERE cell_id = OLD.cell_id AND day = OLD.created_at / 864000000000 - 719162;
        END;
        CREATE TRIGGER tenant_turned AFTER UPDATE OF cell_id, state ON tenants
        WHEN OLD.cell_id <> NEW.cell_id OR (OLD.state = 'Deleted') <> (NEW.state = 'Deleted') BEGIN
          UPDATE cells SET tenants = tenants - 1 WHERE cell_id = OLD.cell_id AND OLD.state <> 'Deleted';
          UPDATE cells SET tenants = tenants + 1 WHERE cell_id = NEW.cell_id AND NEW.state <> 'Deleted';
        END;

        """;
}
