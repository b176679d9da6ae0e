namespace Tessera.SystemTests.Isolation.Argument;

/// <summary>Hosts, headers, cookies, and what lies between a browser and a cell.</summary>
internal static class EdgeThreats
{
    public static readonly Threat[] All =
    [
        new("A forwarded host ends up in a link",
            "Links are made from what is stored: twelve ways to name another host change no page, link or redirect.",
            "HostHeaderTests.Another_host_in_a_header_changes_no_link_no_page_and_no_redirect", "BadInputTests.Forwarding_headers_change_no_tenant"),
        new("A swapped host reaches what a tenant has switched off",
            "The host is compared whole and tells the realm; a path is served at its own door or not at all.",
            "HostHeaderTests.What_a_tenant_has_switched_off_is_not_reached_by_another_name_for_it", "BadInputTests.A_page_exists_at_its_own_door_alone")
        {
            NotYet = "there is no public sign-up yet, which is what a tenant would switch off.",
        },
        new("A request is smuggled past the router",
            "Router and cell agree where a request ends, and the router strips what speaks for a proxy.",
            "SmugglingTests", "ProxyTests.Headers_that_claim_to_come_from_a_proxy_are_dropped", "ProxyTests.A_request_without_exactly_one_valid_host_is_refused"),
        new("A redirect address is bent",
            "An address is compared with the client's own, character by character; refusals are shown and lead nowhere.",
            "RedirectUriTests", "AuthorizeRefusalTests", "InputTests.Only_safe_redirect_uris_are_taken"),
        new("A neighbouring host reads or sets a session",
            "Cookies are host-only; under TLS their name says so and the browser holds to it.",
            "SecureCookieTests", "SignInTests.Every_page_forbids_scripts_and_framing_and_sets_host_only_cookies")
        {
            NotYet = "passkeys, whose scope would be the host too, are not there yet.",
        },
        new("The address authorizes one tenant and the body acts on another",
            "One tenant is resolved, from the token; a path, query, header or body that names another is a 400.",
            "TenantConflictTests", "HubTests", "ForwardAuthTests", "OrdersTenantTests", "ForeignTicketTests.No_ticket_of_a_tenant_is_accepted_at_any_endpoint_of_another"),
        new("A bare id finds another tenant's thing",
            "Ownership is part of the look-up: a foreign id is answered as one that never was, byte for byte.",
            "ForeignIdTests.Every_route_answers_a_foreign_id_as_one_that_never_was", "OrdersTenantTests.Another_tenants_order_is_no_order"),
        new("An invitation is edited",
            "An invitation would be a ticket: opaque, good once, bound to tenant and address.")
        {
            NotYet = "there are no invitations yet: users are made by the admin API.",
        },
        new("Somebody acts for another and gains by it",
            "Rights only shrink: a key gives none it has not, and none that outlives it.",
            "AccessTests.A_key_does_what_its_scopes_say_and_no_more", "AccessTests.A_key_that_ends_makes_none_that_outlives_it")
        {
            NotYet = "nobody can act for a user yet.",
        },
    ];
}
