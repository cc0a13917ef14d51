// A merchant turns on a second factor with an app that is not ours, signs in with it, and turns it off again.
import assert from 'node:assert/strict';
import { TOTP, URI } from 'otpauth';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';

const STEP = 30_000;
let app;
let codes;

const button = (page, words) => page.getByRole('button', { name: words, exact: true });

async function type(page, code) {
  await page.locator('main [name="code"], form [name="code"]').first().fill(code);
}

flow('a second factor', {
  'the page says that it is off': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/security');
    await look(page, 'office-security');
  },
  'an app takes the key, and its code turns it on': async (page) => {
    await button(page, 'Set it up').click();
    await look(page, 'office-security-key');
    const secret = (await page.locator('figure.code code').innerText()).trim();
    app = URI.parse(`otpauth://totp/Origin:test?secret=${secret}&issuer=Origin`);
    assert.ok(app instanceof TOTP);
    await type(page, app.generate());
    await button(page, 'Turn it on').click();
    codes = (await page.locator('figure.code code').innerText()).trim().split('\n');
    assert.equal(codes.length, 10);
    await look(page, 'office-security-on');
  },
  'signing in asks for a code, and the next one opens': async (page) => {
    await button(page, 'Sign out').first().click();
    await page.waitForURL('**/admin/login');
    await page.locator('[name="username"]').fill(office.admin.username);
    await page.locator('[name="password"]').fill(office.admin.password);
    await button(page, 'Sign in').click();
    await page.locator('[name="code"]').waitFor();
    await look(page, 'office-login-code');
    // The code of now is used up; the house allows for a clock that is a step ahead.
    await type(page, app.generate({ timestamp: Date.now() + STEP }));
    await button(page, 'Go on').click();
    await page.waitForURL((url) => url.pathname === '/admin');
  },
  'a recovery code turns it off': async (page) => {
    await office.place(page, '/security');
    await type(page, codes[0]);
    await button(page, 'Turn it off').click();
    await button(page, 'Set it up').waitFor();
  },
});
