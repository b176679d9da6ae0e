// npm oauth4webapi against a tenant: a confidential client with a key of its own pushes its request, signs in, and asks
// introspection; then a device. Reads its settings as JSON from standard input; prints what it saw as JSON.
import { text } from 'node:stream/consumers';
import { createPrivateKey } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import { Browserless } from './browserless.mjs';

const { issuer, clientId, privateKey, deviceClientId, redirectUri, username, password } = JSON.parse(await text(process.stdin));
const insecure = { [oauth.allowInsecureRequests]: true };
const as = await oauth.processDiscoveryResponse(new URL(issuer), await oauth.discoveryRequest(new URL(issuer), { ...insecure, algorithm: 'oidc' }));
const key = await crypto.subtle.importKey('pkcs8', createPrivateKey(privateKey).export({ type: 'pkcs8', format: 'der' }), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
const client = { client_id: clientId };
const proof = oauth.PrivateKeyJwt({ key, kid: 'k' });

const verifier = oauth.generateRandomCodeVerifier();
const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
const pushed = await oauth.processPushedAuthorizationResponse(as, client, await oauth.pushedAuthorizationRequest(as, client, proof, new URLSearchParams({
  response_type: 'code', redirect_uri: redirectUri, scope: 'openid offline_access', state, nonce,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
}), insecure));

const browser = new Browserless();
const authorize = new URL(as.authorization_endpoint);
authorize.search = new URLSearchParams({ client_id: clientId, request_uri: pushed.request_uri });
const login = await browser.follow(authorize.href, redirectUri);
const submitted = await browser.send('POST', login.url, { username, password });
const callback = await browser.follow(submitted.location, redirectUri);
const params = oauth.validateAuthResponse(as, client, new URL(callback.url), state);
const tokens = await oauth.processAuthorizationCodeResponse(
  as, client, await oauth.authorizationCodeGrantRequest(as, client, proof, params, redirectUri, verifier, insecure), { expectedNonce: nonce, requireIdToken: true });
const claims = oauth.getValidatedIdTokenClaims(tokens);

const introspect = async token => (await oauth.processIntrospectionResponse(as, client, await oauth.introspectionRequest(as, client, proof, token, insecure))).active;
const active = await introspect(tokens.access_token);
await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, proof, tokens.refresh_token, insecure));
const afterRevocation = await introspect(tokens.access_token);

const device = { client_id: deviceClientId };
const begun = await oauth.processDeviceAuthorizationResponse(as, device, await oauth.deviceAuthorizationRequest(as, device, oauth.None(), new URLSearchParams({ scope: 'openid' }), insecure));
const poll = async () => oauth.processDeviceCodeResponse(as, device, await oauth.deviceCodeGrantRequest(as, device, oauth.None(), begun.device_code, insecure));
let pending;
try {
  await poll();
} catch (e) {
  pending = e.error;
}
const question = await browser.follow(begun.verification_uri_complete, redirectUri);
await browser.send('POST', begun.verification_uri, { user_code: begun.user_code, decision: 'allow' });
const onDevice = oauth.getValidatedIdTokenClaims(await poll());

console.log(JSON.stringify({
  sub: claims.sub, acr: claims.acr, active, afterRevocation, pending, asked: question.text.includes('on another device'), deviceSub: onDevice.sub,
}));
