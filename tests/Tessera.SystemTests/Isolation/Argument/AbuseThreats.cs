namespace Tessera.SystemTests.Isolation.Argument;

/// <summary>Guessing, crowding out, spying, and hiding the traces of it.</summary>
internal static class AbuseThreats
{
    public static readonly Threat[] All =
    [
        new("A code is guessed through many sessions at once",
            "Wrong codes are counted by realm and source, whatever session they come in.",
            "DeviceTests.After_ten_wrong_codes_none_is_looked_at_for_ten_minutes")
        {
            NotYet = "there is no second factor and no lock-out of accounts yet; the counter is that of device codes.",
        },
        new("A forwarded address that cannot be read slips past a limit",
            "The source is what the router saw: twelve ways to say another make no difference.",
            "ForwardedForTests", "RouteApiTests.A_source_that_asks_too_often_is_slowed_down"),
        new("One tenant's load starves the others",
            "Password hashing, the dearest work there is, takes turns by realm; so does work for later, by tenant.",
            "PasswordFloodTests", "TenantWorkTests")
        {
            NotYet = "there are no quotas by tenant yet; the turns are all there is.",
        },
        new("An attacker locks the victim out",
            "There is nothing to be locked out by: no wrong password of a stranger keeps anybody from signing in.",
            "ForwardedForTests.Guessing_is_counted_by_the_source_the_router_saw_whatever_the_caller_says")
        {
            NotYet = "there is no lock-out yet.",
        },
        new("A stranger learns who has an account",
            "Unknown and known names get equal answers for equal work.",
            "EnumerationTests", "SharedRealmTests.Adding_somebody_the_realm_knows_answers_like_adding_somebody_new_and_keeps_their_password"),
        new("A log or export holds a session",
            "No secret is printed, written to an audit row, or kept where others read.",
            "TwinTenantTests", "FeedTests.Every_revision_has_its_audit_row_and_no_row_holds_a_secret", "DemoFilesTests.Keys_passwords_and_stores_are_their_owners_alone")
        {
            NotYet = "there are no support exports yet.",
        },
        new("An oversized field keeps a sign-in out of the log",
            "No token and no session without its committed audit row, whatever came with the request.",
            "OversizedTests", "TicketWorkTests"),
        new("Audit is read across tenants, or changed",
            "A tenant's key reads no audit; the database takes no change of a row; each row is of one realm.",
            "ForeignTicketTests.No_ticket_of_a_tenant_is_accepted_at_any_endpoint_of_another", "TwinTenantTests", "RowSecurityTests.Without_a_realm_there_are_no_rows_and_with_one_only_its_own")
        {
            NotYet = "rows are not chained yet, so that the database's owner could change one unseen.",
        },
        new("A line of the log is forged",
            "What callers type is not logged; where a fault names something of theirs, it names the place.",
            "LogInjectionTests", "TenantConflictTests.It_is_logged_without_the_callers_text", "TwinTenantTests"),
        new("A parser is made to loop or to swell",
            "Lengths come before work: tokens, hosts, bodies, headers, hashes and records have a bound each.",
            "ParserTests", "TokenVerificationTests.A_huge_token_is_refused_before_any_work", "CsvReaderTests", "PasswordHashTests.What_is_no_hash_or_costs_too_much_is_refused_unread"),
        new("Passwords are made to cost more than they should",
            "A password has a length before it has a hash, and hashing has workers of its own.",
            "PasswordFloodTests", "BadInputTests.A_sign_in_with_very_long_texts_is_a_wrong_one_and_costs_no_hash"),
    ];
}
