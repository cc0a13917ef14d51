// A shop's people sign in at a provider that is not ours; what was tampered with on the way is refused.
import assert from 'node:assert/strict';
import { elsewhere, origin } from '../house.mjs';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';
import * as idp from '../provider.mjs';

const CALLBACK = `${origin}/admin/login/sso/callback`;
let provider;
let used;

const button = (page, words) => page.getByRole('button', { name: words, exact: true });
const here = (url) => url.origin === origin && url.pathname === '/admin';

async function setUp(page, issuer) {
  await page.locator('[name="issuer"]').fill(issuer);
  await page.locator('[name="client_id"]').fill(idp.client.id);
  await page.locator('[name="client_secret"]').fill(idp.client.secret);
  await page.locator('[name="domains"]').fill('work.example');
  await page.locator('[name="role"]').selectOption('manager');
  await page.locator('[name="enabled"]').check();
  await button(page, 'Save').click();
}

async function toProvider(page) {
  await office.place(page, '/login');
  await page.getByRole('link', { name: 'Sign in with single sign-on' }).click();
  await page.locator('[name="shop"]').fill('my-shop');
  await button(page, 'Go on').click();
  await page.locator('[name="login"]').waitFor();
}

// Signs in, with what was tampered with on the way to the provider, and is told why not.
const refused = (page, email, words, tamper = () => {}) => elsewhere(page, async (tab) => {
  await idp.forget(tab);
  const away = await tab.context().request.post(`${origin}/admin/login/sso`, { form: { shop: 'my-shop' }, maxRedirects: 0 });
  const address = new URL(away.headers().location);
  tamper(address.searchParams);
  await tab.goto(address.href);
  await idp.signIn(tab, email);
  await tab.waitForURL((url) => url.href.startsWith(CALLBACK));
  assert.match(await office.main(tab), words);
});

flow('single sign-on', {
  'an owner sets a provider up': async (page) => {
    provider = await idp.start(CALLBACK);
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/security/sso');
    assert.match(await office.main(page), new RegExp(CALLBACK));
    await look(page, 'office-sso');
    await elsewhere(page, async (tab) => {
      await office.place(tab, '/security/sso');
      await setUp(tab, `${provider.issuer}/nowhere`);
      await tab.getByText('it answers 404').waitFor();
    });
    await setUp(page, provider.issuer);
    await page.getByText('It is saved.').waitFor();
    await button(page, 'Ask the provider').click();
    await page.getByText('The provider answers').waitFor();
    await look(page, 'office-sso-on');
  },
  'somebody from work comes in as what the owner chose': async (page) => {
    await button(page, 'Sign out').first().click();
    await page.waitForURL('**/admin/login');
    await page.getByRole('link', { name: 'Sign in with single sign-on' }).click();
    await look(page, 'office-login-sso');
    await elsewhere(page, async (tab) => {
      tab.on('request', (request) => { if (request.url().startsWith(CALLBACK)) used = request.url(); });
      await toProvider(tab);
      await idp.signIn(tab, 'ravi@work.example');
      await tab.waitForURL(here);
    });
    await office.place(page, '/roles');
    assert.match(await office.main(page), /Yours is manager/);
  },
  'who is known comes in without being asked again': async (page) => {
    await button(page, 'Sign out').first().click();
    await page.waitForURL('**/admin/login');
    await page.getByRole('link', { name: 'Sign in with single sign-on' }).click();
    await page.locator('[name="shop"]').fill('ravi@work.example');
    await button(page, 'Go on').click();
    await page.getByText('Go on only if you work there').waitFor();
    await look(page, 'office-login-sso-shop');
    await button(page, 'Go on').click();
    await page.waitForURL(here);
  },
  'a callback opens once': async (page) => {
    const answer = await page.context().request.get(used, { maxRedirects: 0 });
    assert.equal(answer.status(), 401);
    const made = await page.context().request.get(`${CALLBACK}?state=made-up&code=made-up`, { maxRedirects: 0 });
    assert.equal(made.status(), 401);
  },
  'a foreign domain, an unchecked address and whatever was changed on the way are refused': async (page) => {
    await refused(page, 'mallory@elsewhere.example', /domain/);
    await refused(page, 'unchecked@work.example', /not checked/);
    await refused(page, 'ravi@work.example', /cannot be believed/, (sent) => sent.set('nonce', 'another'));
    await refused(page, 'ravi@work.example', /over/, (sent) => sent.set('state', 'another'));
    await refused(page, 'ravi@work.example', /cannot be believed/, (sent) => sent.set('code_challenge', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'));
  },
  'the owner takes it away again': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/security/sso');
    await button(page, 'Remove').click();
    await button(page, 'Remove it').click();
    await page.getByText('Members stay members.').first().waitFor();
  },
}, () => provider?.stop());
