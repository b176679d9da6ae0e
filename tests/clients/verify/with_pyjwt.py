import jwt


def token_verifier(audience, find_row):
    """find_row(tenant_id, issuer) answers the client ids if your own table has that tenant with that issuer, or None."""
    key_sets = {}  # one for each issuer: a key is good for the tenants of its own pool alone

    def verify(token):
        named = jwt.decode(token, options={"verify_signature": False})  # not believed: it says only which row to look up
        tenant_id, issuer = named.get("tenant_id"), named.get("iss")
        client_ids = find_row(tenant_id, issuer)
        if client_ids is None:
            raise jwt.InvalidTokenError("unknown tenant")
        keys = key_sets.setdefault(issuer, jwt.PyJWKClient(f"{issuer}/.well-known/jwks.json"))
        if jwt.get_unverified_header(token).get("typ") != "at+jwt":  # signed with the rest, which is checked next
            raise jwt.InvalidTokenError("not an access token")
        key = keys.get_signing_key_from_jwt(token).key
        claims = jwt.decode(
            token, key, algorithms=["ES256", "RS256"], audience=audience, issuer=issuer, leeway=60,
            options={"require": ["sub", "exp", "iat", "iss", "aud"]},
        )
        if claims.get("tenant_id") != tenant_id or claims.get("token_use") != "access" or claims.get("client_id") not in client_ids:
            raise jwt.InvalidTokenError("not a token for this tenant")
        return claims

    return verify
