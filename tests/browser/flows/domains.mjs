// A merchant gives the shop an address of its own: a record is asked for, set at the simulated name server, and found.
import assert from 'node:assert/strict';
import { simulation } from '../house.mjs';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';

const button = (page, words) => page.getByRole('button', { name: words, exact: true });
const name = '_origin.shop.asha.example';

async function record(page, text) {
  await page.request.post(`${simulation}/dns`, { form: { name, text } });
}

// A look-up is an errand: the page shows its outcome when it is opened again.
async function shows(page, words) {
  for (let tries = 0; !(await page.getByText(words).first().isVisible()); tries += 1) {
    assert.ok(tries < 60, `the page never says: ${words}`);
    await page.waitForTimeout(250);
    await office.place(page, '/domains');
  }
}

flow('domains', {
  'the page says what a domain is for': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/domains');
    await look(page, 'office-domains-none');
  },
  'a domain is added, and its record is not there yet': async (page) => {
    await office.place(page, '/domains');
    await page.locator('[name="domain"]').fill('Shop.Asha.Example');
    await button(page, 'Add domain').click();
    await shows(page, 'Not found yet');
    await page.getByText(name).waitFor();
    await look(page, 'office-domains-waiting');
  },
  'the record is found, and the domain leads to the shop': async (page) => {
    await record(page, (await page.getByText(/^origin-verification=/).innerText()).trim());
    await button(page, 'Check now').click();
    await shows(page, 'Leads to your shop');
    await look(page, 'office-domains-verified');
    assert.match(await office.main(page), /Point the domain at/);
  },
  'it is removed again': async (page) => {
    await button(page, 'Remove').first().click();
    await page.locator('dialog[open]').getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('No domain yet').waitFor();
    await record(page, '');
  },
});
