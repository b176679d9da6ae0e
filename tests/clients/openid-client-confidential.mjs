// npm openid-client against a tenant: PAR and private_key_jwt, introspection, a resource, and a device that polls by itself.
// Reads its settings as JSON from standard input; prints what it saw as JSON.
import { text } from 'node:stream/consumers';
import { createPrivateKey } from 'node:crypto';
import * as client from 'openid-client';
import { Browserless } from './browserless.mjs';

const { issuer, clientId, privateKey, deviceClientId, redirectUri, resource, username, password } = JSON.parse(await text(process.stdin));
const key = await crypto.subtle.importKey('pkcs8', createPrivateKey(privateKey).export({ type: 'pkcs8', format: 'der' }), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
const insecure = { execute: [client.allowInsecureRequests] };
const config = await client.discovery(new URL(issuer), clientId, undefined, client.PrivateKeyJwt({ key, kid: 'k' }), insecure);

const verifier = client.randomPKCECodeVerifier();
const [state, nonce] = [client.randomState(), client.randomNonce()];
const authorize = await client.buildAuthorizationUrlWithPAR(config, {
  redirect_uri: redirectUri, scope: 'openid offline_access', state, nonce, claims: JSON.stringify({ userinfo: { name: { essential: true } } }),
  code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
});

const browser = new Browserless();
const login = await browser.follow(authorize.href, redirectUri);
const submitted = await browser.send('POST', login.url, { username, password });
const callback = await browser.follow(submitted.location, redirectUri);
const tokens = await client.authorizationCodeGrant(config, new URL(callback.url), { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true }, { resource });
const claims = tokens.claims();
const userInfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
const introspected = await client.tokenIntrospection(config, tokens.access_token);

const device = await client.discovery(new URL(issuer), deviceClientId, undefined, client.None(), insecure);
const begun = await client.initiateDeviceAuthorization(device, { scope: 'openid' });
await browser.follow(begun.verification_uri_complete, redirectUri);
await browser.send('POST', begun.verification_uri, { user_code: begun.user_code, decision: 'allow' });
const onDevice = await client.pollDeviceAuthorizationGrant(device, begun);

console.log(JSON.stringify({
  sub: claims.sub, pushed: authorize.searchParams.has('request_uri'), name: userInfo.name ?? null, active: introspected.active, aud: introspected.aud, tenantId: introspected.tenant_id, deviceSub: onDevice.claims().sub,
}));
