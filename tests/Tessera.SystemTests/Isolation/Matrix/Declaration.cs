namespace Tessera.SystemTests.Isolation.Matrix;

/// <summary>How tickets are shown at an endpoint, and what being let in would look like there.</summary>
internal sealed record Declaration(Func<Aim, IEnumerable<Attempt>> Attempts, Func<Answer, bool> Accepted)
{
    /// <summary>
    /// An endpoint for everybody, or for people who show no ticket at it: with a foreign one it answers what it answers
    /// without, byte for byte.
    /// </summary>
    public static Declaration Open(Func<Aim, Attempt> request, params Func<Aim, Attempt>[] more) => new(
        aim => InHeaders(aim, request(aim)).Select(attempt => attempt with { Without = request(aim) })
            .Concat(more.Select(shown => shown(aim)).Select(attempt => attempt with { Without = request(aim) })),
        _ => false);

    /// <summary>An endpoint behind a door: anything but "who are you?", "you may not" and "there is no such thing" is being let in.</summary>
    public static Declaration Guarded(Func<Aim, Attempt> request, params Func<Aim, Attempt>[] more) => new(
        aim => InHeaders(aim, request(aim)).Concat(more.Select(shown => shown(aim))),
        answer => answer.Status is not (401 or 403 or 404 or 421));

    /// <summary>The ticket as bearer, as cookie, whatever it is; a client's secret as one too.</summary>
    public static IEnumerable<Attempt> InHeaders(Aim aim, Attempt request, string cookie = "tessera")
    {
        yield return request with { Authorization = "Bearer " + aim.Ticket.BearerFor(aim, request) };
        yield return request with { Cookie = $"{cookie}={aim.Ticket.Value}" };
        if (aim.Ticket.Kind == TicketKind.ClientSecret)
        {
            yield return request with { Authorization = Basic(aim.Attacker.Tenant.MachineClientId, aim.Ticket.Value) };
            yield return request with { Authorization = Basic(aim.Victim.Tenant.MachineClientId, aim.Ticket.Value) };
        }
    }

    private static string Basic(string user, string password) =>
        "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(user)}:{Uri.EscapeDataString(password)}"));
}
