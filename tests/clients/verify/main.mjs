// Tries tokens on one of the verifiers beside this file, which docs/node-and-python.md shows. Settings in as JSON, what
// became of each token out as JSON: the claims, or why it was refused.
import { text } from 'node:stream/consumers';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { tokenVerifier as jose } from './with-jose.mjs';
import { tokenVerifier as aws } from './with-aws-jwt-verify.mjs';

const { library, audience, rows, tokens } = JSON.parse(await text(process.stdin));
const findRow = async (tenantId, issuer) => rows.find(row => row.tenantId === tenantId && row.issuer === issuer);
// The library fetches keys over HTTPS alone; the demo is on loopback.
const fetcher = { fetch: async uri => (await fetch(uri)).arrayBuffer() };
const verify = library === 'jose' ? jose({ audience, findRow }) : aws({ audience, findRow, jwksCache: new SimpleJwksCache({ fetcher }) });
const seen = {};
for (const [name, token] of Object.entries(tokens)) {
  try {
    seen[name] = { claims: await verify(token) };
  } catch (e) {
    seen[name] = { refused: `${e.name}: ${e.message}` };
  }
}
console.log(JSON.stringify(seen));
