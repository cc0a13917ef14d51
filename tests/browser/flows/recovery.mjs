// A shop sets up reminders and their discounts, and gives a customer a link that brings others.
import assert from 'node:assert/strict';
import { elsewhere, origin, visit } from '../house.mjs';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';

const button = (page, words) => page.getByRole('button', { name: words, exact: true });
const fill = (page, name, value) => page.locator(`[name="${name}"]`).fill(value);
let link;

flow('recovery', {
  'the first page says what reminders are': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/recovery');
    assert.match(await office.main(page), /Nobody is reminded yet/);
    await look(page, 'office-recovery-empty');
  },
  'a mistake keeps what was typed, and then it is on': async (page) => {
    await elsewhere(page, async (tab) => {
      await office.place(tab, '/recovery');
      await tab.locator('[name="on"]').check();
      await fill(tab, 'hours_2', '1');
      await fill(tab, 'off_3', '10');
      await button(tab, 'Save').click();
      await tab.getByText('more than the reminder before').first().waitFor();
      assert.equal(await tab.locator('[name="off_3"]').inputValue(), '10');
    });
    await office.place(page, '/recovery');
    await page.locator('[name="on"]').check();
    await fill(page, 'off_3', '10');
    await button(page, 'Save').click();
    await page.waitForURL((url) => url.pathname === '/admin/recovery');
    await page.getByText('Nobody is reminded yet').waitFor({ state: 'detached' });
    await look(page, 'office-recovery');
  },
  'a customer gets a link': async (page) => {
    await office.place(page, '/referrals');
    assert.match(await office.main(page), /No referrers yet/);
    await fill(page, 'name', 'Asha Venkatanarasimharajuvaripeta');
    await fill(page, 'phone', '98765 43217');
    await fill(page, 'code', 'asha-browser');
    await look(page, 'office-referrals-empty');
    await button(page, 'Make a link').click();
    await page.waitForURL(/\/admin\/referrals\/rfr_/);
    link = '/ref/asha-browser';
    assert.match(await office.main(page), /asha-browser/);
    await look(page, 'office-referrer');
  },
  'whoever follows it comes to the shop, and is counted': async (page) => {
    await elsewhere(page, async (tab) => {
      await visit(tab, `${origin}${link}`);
      assert.equal(new URL(tab.url()).pathname, '/');
    });
    await office.place(page, '/referrals');
    await page.getByText('Asha Venkatanarasimharajuvaripeta').first().waitFor();
    await look(page, 'office-referrals');
  },
});
