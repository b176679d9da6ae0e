import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';

/** `findRow(tenantId, issuer)` answers `{ clientIds }` if your own table has that tenant with that issuer, or nothing. */
export function tokenVerifier({ audience, findRow }) {
  const keySets = new Map(); // one for each issuer: a key is good for the tenants of its own pool alone
  return async token => {
    const { tenant_id: tenantId, iss: issuer } = decodeJwt(token); // not believed: they say only which row to look up
    const row = await findRow(tenantId, issuer);
    if (!row) throw new Error('unknown tenant');
    if (!keySets.has(issuer)) keySets.set(issuer, createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`)));
    const { payload } = await jwtVerify(token, keySets.get(issuer), {
      issuer, audience, algorithms: ['ES256', 'RS256'], typ: 'at+jwt', requiredClaims: ['sub', 'exp', 'iat'], clockTolerance: 60,
    });
    if (payload.tenant_id !== tenantId || payload.token_use !== 'access' || !row.clientIds.includes(payload.client_id)) throw new Error('not a token for this tenant');
    return payload;
  };
}
