// Passkeys with an authenticator that is not ours: Chromium's own, played by its developer tools.
import assert from 'node:assert/strict';
import { origin, visit } from '../house.mjs';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';

// Passkeys need a name, and a number has none.
const home = origin.replace('127.0.0.1', 'localhost');
let cdp;
let authenticatorId;

const button = (page, words) => page.getByRole('button', { name: words, exact: true });
const place = (page, path) => visit(page, `${home}/admin${path}`);
const credentials = async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials;

flow('passkeys', {
  'at a number there is no button': async (page) => {
    cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
    ({ authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options }));
    await office.place(page, '/login');
    assert.equal(await button(page, 'Sign in with a passkey').isVisible(), false);
  },
  'a device makes one, once the password is right': async (page) => {
    await place(page, '/login');
    await look(page, 'office-login-passkey');
    await office.signIn(page);
    await place(page, '/security');
    await look(page, 'office-passkeys');
    await page.locator('[name="name"]').fill('The test’s device');
    await page.locator('[name="own_password"]').fill(office.admin.password);
    await button(page, 'Add a passkey').click();
    await page.locator('main td', { hasText: 'The test’s device' }).first().waitFor();
    const [made] = await credentials();
    assert.ok(made.isResidentCredential);
    assert.equal(made.rpId, 'localhost');
    await look(page, 'office-passkeys-one');
  },
  'it opens without a name, and lets its use be seen': async (page) => {
    await button(page, 'Sign out').first().click();
    await page.waitForURL('**/admin/login');
    await button(page, 'Sign in with a passkey').click();
    await page.waitForURL((url) => url.origin === home && url.pathname === '/admin');
    const [used] = await credentials();
    assert.ok(used.signCount > 1);
    await place(page, '/security');
    assert.doesNotMatch(await office.main(page), /never/);
  },
  'an owner who is not verified opens nothing': async (page) => {
    await page.context().clearCookies();
    await place(page, '/login');
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await button(page, 'Sign in with a passkey').click();
    await page.getByText('Nothing was signed').waitFor();
    await look(page, 'office-login-passkey-cancelled');
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
  },
  'removed, it opens no more': async (page) => {
    await button(page, 'Sign in with a passkey').click();
    await page.waitForURL((url) => url.pathname === '/admin');
    await place(page, '/security');
    await button(page, 'Remove').click();
    await page.getByText('No passkeys yet').waitFor();
    await cdp.send('WebAuthn.disable');
  },
});
