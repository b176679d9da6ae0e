// npm openid-client against a tenant: discovery, code + PKCE, userinfo, refresh, logout.
// Reads its settings as JSON from standard input; prints what it saw as JSON.
import { text } from 'node:stream/consumers';
import * as client from 'openid-client';
import { Browserless } from './browserless.mjs';

const { issuer, clientId, redirectUri, postLogoutRedirectUri, username, password } = JSON.parse(await text(process.stdin));
const config = await client.discovery(new URL(issuer), clientId, undefined, client.None(), { execute: [client.allowInsecureRequests] });

const verifier = client.randomPKCECodeVerifier();
const [state, nonce] = [client.randomState(), client.randomNonce()];
const authorize = client.buildAuthorizationUrl(config, {
  redirect_uri: redirectUri, scope: 'openid email profile offline_access', state, nonce,
  code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
});

const browser = new Browserless();
const login = await browser.follow(authorize.href, redirectUri);
const submitted = await browser.send('POST', login.url, { username, password });
const callback = await browser.follow(submitted.location, redirectUri);

const tokens = await client.authorizationCodeGrant(config, new URL(callback.url), { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true });
const claims = tokens.claims();
const userInfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);

const logout = client.buildEndSessionUrl(config, { id_token_hint: refreshed.id_token, post_logout_redirect_uri: postLogoutRedirectUri, state: 'bye' });
const left = await browser.follow(logout.href, postLogoutRedirectUri);
let afterLogout = 'still good';
try {
  await client.refreshTokenGrant(config, refreshed.refresh_token);
} catch (e) {
  afterLogout = e.error;
}

console.log(JSON.stringify({
  sub: claims.sub, tenantId: claims.tenant_id, userInfo, rotated: refreshed.refresh_token !== tokens.refresh_token,
  leftTo: left.url, afterLogout, silent: (await browser.send('GET', authorize.href + '&prompt=none')).location,
}));
