// A provider of sign-ins that is not ours: panva's oidc-provider, certified for OpenID Connect, and strict about PKCE.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

export const client = { id: 'shop', secret: 'a-client-secret-of-the-browser-test' };

// Whoever signs in as `ravi@work.example` is that, with an address that was checked; `unchecked@…` was not.
const account = (_, sub) => ({
  accountId: sub,
  claims: () => ({ sub, email: sub, email_verified: !sub.startsWith('unchecked@'), name: sub.split('@')[0] }),
});

export async function start(redirectUri) {
  const server = createServer();
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    pkce: { required: () => true },
    cookies: { keys: ['a key of the browser test'] },
    findAccount: account,
  });
  server.on('request', provider.callback());
  return { issuer, stop: () => new Promise((stopped) => { server.close(stopped); server.closeAllConnections(); }) };
}

// Signs in at the provider's own pages.
export async function signIn(page, email) {
  await page.locator('[name="login"]').fill(email);
  await page.locator('[name="password"]').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

// Forgets who signed in at the provider, which shares its host with ours.
export const forget = (page) => page.context().clearCookies({ name: /^_/ });
