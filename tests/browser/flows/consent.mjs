// A shop stops an address, lifts it with a reason, notes what a customer said, and chooses its rules.
import assert from 'node:assert/strict';
import { elsewhere } from '../house.mjs';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';

const button = (page, words) => page.getByRole('button', { name: words, exact: true });
const fill = (page, name, value) => page.locator(`[name="${name}"]`).fill(value);
const address = 'asha.venkatanarasimharajuvaripeta@example.com';

flow('consent', {
  'the first page says who will be here': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/consent');
    assert.match(await office.main(page), /Everybody may be written to/);
    await look(page, 'office-consent-empty');
    await office.place(page, '/consent/log');
    assert.match(await office.main(page), /Nobody has said anything yet/);
  },
  'an address is stopped, and a mistake keeps what was typed': async (page) => {
    await elsewhere(page, async (tab) => {
      await office.place(tab, '/consent');
      await tab.locator('form[action="/admin/consent"] [name="channel"]').selectOption('email');
      await fill(tab, 'address', 'asha');
      await button(tab, 'Stop it').click();
      await tab.getByText('an address that email reaches').first().waitFor();
      assert.equal(await tab.locator('[name="address"]').inputValue(), 'asha');
    });
    await office.place(page, '/consent');
    await page.locator('form[action="/admin/consent"] [name="channel"]').selectOption('email');
    await fill(page, 'address', address);
    await fill(page, 'detail', 'Asked on the phone, and again at the till a week later');
    await button(page, 'Stop it').click();
    await page.getByText(address).first().waitFor();
    await look(page, 'office-consent');
  },
  'it is lifted, and the reason is kept': async (page) => {
    await button(page, 'Lift').first().click();
    await page.locator('dialog[open] [name="why"]').fill('Asked for it again');
    await look(page, 'office-consent-lift');
    await button(page, 'Write to it again').click();
    await page.getByText('Everybody may be written to').waitFor();
    await office.place(page, '/consent/log');
    assert.match(await office.main(page), /Asked for it again/);
    await look(page, 'office-consent-log');
  },
  'a shop chooses its rules': async (page) => {
    await office.place(page, '/consent/settings');
    await page.locator('[name="email"]').selectOption('opt_in');
    await fill(page, 'stop', 'no more');
    await button(page, 'Save').click();
    await page.waitForURL((url) => url.pathname === '/admin/consent/settings');
    await look(page, 'office-consent-rules');
    await page.locator('[name="email"]').selectOption('opt_out');
    await button(page, 'Save').click();
    await page.waitForURL((url) => url.pathname === '/admin/consent/settings');
  },
  'what a customer said is noted': async (page) => {
    await office.place(page, '/contacts');
    await look(page, 'office-contacts-consent');
    await page.locator('main a[href*="/admin/contacts/con_"]').first().click();
    await page.waitForURL(/\/admin\/contacts\/con_/);
    await page.getByRole('link', { name: 'Consent', exact: true }).click();
    await page.waitForURL(/\/consent$/);
    await page.locator('[name="choice"]').selectOption('no_marketing');
    await fill(page, 'evidence', 'Said so at the counter');
    await button(page, 'Note it').click();
    await page.getByText('Said so at the counter').waitFor();
    await look(page, 'office-contact-consent');
  },
});
