namespace Tessera.SystemTests.Isolation.Argument;

/// <summary>Tickets of one tenant, kind, key or cell that are taken for another's; claims that say what they should not.</summary>
internal static class TokenThreats
{
    private const string Matrix = "ForeignTicketTests.No_ticket_of_a_tenant_is_accepted_at_any_endpoint_of_another";

    public static readonly Threat[] All =
    [
        new("A ticket of one tenant is shown at another",
            "Issuer, audience, client, tenant, key and host agree, or it opens nothing: every kind, everywhere, in every way.",
            Matrix, "TicketKindTests", "TokenVerificationTests.Another_tenants_client_is_refused"),
        new("The tenant in an internal token is swapped",
            "Service tokens are signed for one tenant, cell, purpose and request; shown elsewhere they are refused, and the realm they were shown at has an audit row of it.",
            "SwappedServiceTokenTests", "ServiceDoorTests", "ServiceTokenTests"),
        new("An ID or refresh token is used as an access token",
            "Type and use are looked at, each by a rule of its own.",
            "TokenConfusionTests", "TokenVerificationTests.An_ID_token_is_no_access_token"),
        new("A ticket of one kind redeems as another",
            "A ticket is kept by realm, kind and hash, and each endpoint takes its own kind.",
            "TokenConfusionTests.Only_a_code_redeems_as_code_and_only_a_refresh_token_refreshes", Matrix),
        new("A ticket is looked up without its tenant",
            "The realm is known before the ticket is looked for, and the store has no other realm's rows in reach.",
            "TicketWorkTests.A_ticket_of_another_realm_is_not_found", "DeviceTests.A_user_code_of_one_tenant_is_none_at_another", "PushedTests.A_reference_is_worth_nothing_to_another_client_or_tenant_or_after_ten_minutes"),
        new("A query forgets the tenant",
            "A context does not open without saying whose rows; every model filters; SQL of our own is listed with its reason.",
            "TenantlessQueryTests", "CellScopeTests", "RowSecurityTests"),
        new("A newer way to sign in skips a rule of the older one",
            "All ways to a token end in one, which asks the same of each: code, refresh, device and pushed requests.",
            "SharedRealmGrantTests", "DeviceTests.A_new_password_or_a_sign_out_ends_what_the_device_was_given", "PushedTests.What_was_pushed_counts_and_not_what_stands_beside_the_reference")
        {
            NotYet = "the Cognito API and upstream identity providers are not there yet; they will end in the same way to mint.",
        },
        new("A session of one tenant silently signs in at another",
            "A session is its realm's: elsewhere the answer to prompt=none is login_required.",
            "SilentSignInTests.Signed_in_at_one_tenant_nobody_is_signed_in_at_another", "SignInTests.A_session_of_one_tenant_is_none_at_another"),
        new("The next person at a browser gets the session of the last",
            "Every sign-in begins a session under an id of its own and ends the one it finds.",
            "SilentSignInTests.Two_people_at_one_browser_are_never_taken_for_each_other_whatever_becomes_of_the_cookies", "SignInTests.The_cookie_is_new_at_each_sign_in_and_the_old_session_ends"),
        new("A code is injected, or PKCE left out; a client's proof for one issuer is shown at another",
            "A code is bound to client, address and verifier, which a public client cannot do without; a proof is for this issuer and good once.",
            "TokenTests.A_code_without_its_verifier_is_worth_nothing", "AuthorizeRefusalTests.A_public_client_cannot_do_without_PKCE_whatever_it_says", "ClientAssertionTests.An_assertion_at_another_tenant_is_worth_nothing"),
        new("A revocation loses a race with a refresh",
            "What is redeemed, issued and recorded commits together, under a grant that was not ended: nothing minted outlives an acknowledged revocation.",
            "RefreshRaceTests", "RevocationTests", "TicketWorkTests.A_refresh_whose_grant_is_ended_meanwhile_gives_and_records_nothing", "OvertakenTests"),
        new("Claims tell of what was switched off",
            "A token says of a person what is true when it is made, refreshes included.",
            "SharedRealmTests.What_a_tenant_says_of_a_person_is_in_its_own_tokens_alone", "ClaimsAndResourceTests"),
        new("A key of one cell or pool signs for a tenant of another",
            "The key is of the pool that houses the tenant now; there is no union of keys. Where a user pool's keys are all its tenants', the client tells them apart.",
            "BrokenIntoCellTests", "CognitoTokenTests", "TokenVerificationTests.A_token_of_a_pool_that_does_not_house_the_tenant_though_well_signed_is_refused", "SharedRealmTokenTests.Only_a_key_of_the_shared_realms_own_pool_signs_for_it"),
        new("The token says how it is to be verified",
            "Two algorithms, each for its key; a header that brings a key or asks for an extension refuses the token.",
            "JwtAttackTests", "WycheproofTests", "TokenVerificationTests.The_public_key_as_HMAC_secret_is_refused", "TokenVerificationTests.A_header_that_says_how_to_verify_is_refused"),
        new("Random key ids make an API fetch keys without end",
            "Keys come with the feed, and an unknown id fetches nothing; an issuer outside is asked twice a minute at most.",
            "KeyIdFloodTests", "IssuerKeyTests.A_flood_of_unknown_keys_asks_the_issuer_once_in_30_seconds", "TokenVerificationTests.An_unknown_or_absent_key_id_is_refused"),
        new("A key that is still in use is taken away",
            "A pool's keys leave with the pool.")
        {
            NotYet = "there is no rotation yet: a pool keeps the keys it was made with.",
        },
        new("A cookie or sealed ticket is forged with another cell's keys",
            "Sessions are random and kept by hash; tickets are sealed with the realm's own secret, which no other cell has.",
            "SessionForgeryTests", Matrix, "CellScopeTests.No_token_is_signed_with_a_key_that_is_not_the_realms"),
        new("A secret is built in, or a page's cursor can be forged",
            "Every secret is made at the first start or demanded; a cursor is an id and reaches the caller's own rows alone.",
            "TesseraOptionsTests.An_empty_section_is_refused_with_every_fault", "RouterOptionsTests", "RefusalTests.Missing_settings_are_told_all_at_once", "DemoFilesTests.Keys_passwords_and_stores_are_their_owners_alone",
            "ForeignIdTests.A_page_that_continues_after_a_foreign_row_shows_own_rows_alone"),
        new("Somebody writes themselves another tenant",
            "The tenant is a column that is written when the row is made; no request has a word for it.",
            "TenantOfAccountTests", "ServiceDoorTests.A_tenant_is_never_changed_by_what_is_put_where_its_realm_is", "ImportTests.A_realm_of_another_tenant_is_not_founded_again"),
        new("A claim that a mapper or a second reader takes for another",
            "A member that is there twice refuses the token; what a caller asks for by name gets no reserved claim.",
            "ReservedClaimTests", "TokenReadingTests", "LookalikeTests", "TokenVerificationTests.A_duplicate_claim_is_refused", "ClaimsAndResourceTests.A_claims_parameter_is_read_as_the_standard_has_it")
        {
            NotYet = "identity providers, whose mappers could name a tenant, are not there yet.",
        },
    ];
}
