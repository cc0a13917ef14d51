// Money comes for an order that was called off, and the merchant says which other order it was meant for.
import assert from 'node:assert/strict';
import { elsewhere, origin } from '../house.mjs';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';
import * as shop from '../pages/shop.mjs';
import * as simulation from '../pages/simulation.mjs';

const unique = String(Date.now()).slice(-8);
const buyer = (name, prefix) => ({ name, phone: `+91${prefix}${unique}`, email: `${prefix}.${unique}@example.test` });
const button = (page, words) => page.getByRole('button', { name: words, exact: true });

async function order(page, who) {
  await shop.product(page, 'starter');
  await shop.fillIn(page, who);
  await shop.buy(page);
  await shop.summary(page);
  return shop.orderId(page);
}

flow('matching', {
  'an order is called off while its buyer stands at the checkout': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await elsewhere(page, async (tab) => {
      const lost = await order(tab, buyer('Meera Iyer', '97'));
      await shop.pay(tab);
      await simulation.checkout(tab);
      await office.place(page, `/orders/${lost}`);
      await button(page, 'Cancel order').click();
      await page.locator('dialog[open]').getByRole('button', { name: 'Cancel order', exact: true }).click();
      await page.getByText('cancelled', { exact: false }).first().waitFor();
      await simulation.payByUpi(tab);
      await tab.waitForURL((url) => url.origin === origin);
    });
  },
  'its money waits for a person, who says what it was for': async (page) => {
    await elsewhere(page, (tab) => order(tab, buyer('Kavya Nair', '96')));
    const match = page.getByRole('link', { name: 'Match', exact: true });
    for (let looks = 0; looks < 100 && (await match.count()) === 0; looks += 1) await office.place(page, '/reconcile');
    await look(page, 'office-reconcile-unmatched');
    await match.first().click();
    await page.waitForURL(/\/admin\/reconcile\?match=pay_/);
    assert.match(await office.main(page), /What were the ₹99\.00 for\?/);
    assert.match(await office.main(page), /Kavya Nair/);
    await page.getByRole('row').filter({ hasText: 'Kavya Nair' }).getByRole('button', { name: 'Match', exact: true }).click();
    await page.waitForURL(/\/admin\/payments\/pay_/);
    assert.match(await office.timeline(page), /matched by hand/);
  },
});
