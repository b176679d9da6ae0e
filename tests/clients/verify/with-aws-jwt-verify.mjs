import { JwtVerifier } from 'aws-jwt-verify';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';

/** `findRow(tenantId, issuer)` answers `{ clientIds }` if your own table has that tenant with that issuer, or nothing. `jwksCache` is for tests: it fetches over HTTPS by itself. */
export function tokenVerifier({ audience, findRow, jwksCache }) {
  const verifiers = new Map(); // one for each issuer: a key is good for the tenants of its own pool alone
  return async token => {
    const { tenant_id: tenantId, iss: issuer } = decomposeUnverifiedJwt(token).payload; // not believed: they say only which row to look up
    const row = await findRow(tenantId, issuer);
    if (!row) throw new Error('unknown tenant');
    if (!verifiers.has(issuer)) {
      verifiers.set(issuer, JwtVerifier.create({ issuer, audience, jwksUri: `${issuer}/.well-known/jwks.json`, graceSeconds: 60 }, { jwksCache }));
    }
    return verifiers.get(issuer).verify(token, {
      customJwtCheck({ header, payload }) {
        if (header.typ !== 'at+jwt' || !payload.sub || !payload.exp || !payload.iat) throw new Error('not an access token');
        if (payload.tenant_id !== tenantId || payload.token_use !== 'access' || !row.clientIds.includes(payload.client_id)) throw new Error('not a token for this tenant');
      },
    });
  };
}
