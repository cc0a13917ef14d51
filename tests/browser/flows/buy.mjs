// A buyer pays, is told once on the phone and once by mail, and the merchant sees all of it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';
import * as shop from '../pages/shop.mjs';
import * as simulation from '../pages/simulation.mjs';

// Another buyer each run, so that the test may be run twice against the same demo.
const unique = String(Date.now()).slice(-8);
const buyer = { name: 'Ananya Krishnamurthy-Balasubramaniam', phone: `+9198${unique}`, email: `ananya.${unique}@example.test` };
let order;

flow('an order', {
  'the shop shows its products': async (page) => {
    await shop.home(page);
    assert.match(await page.locator('body').innerText(), /₹\s?99\b/);
    await look(page, 'shop-home');
  },
  'a form without a name is refused where it was made': async (page) => {
    await shop.product(page, 'starter');
    await look(page, 'shop-buy');
    await shop.buy(page);
    assert.match(page.url(), /\/buy\/starter/);
  },
  'the buyer orders and comes to the checkout': async (page) => {
    await shop.product(page, 'starter');
    await shop.fillIn(page, buyer);
    await shop.buy(page);
    await shop.summary(page);
    await look(page, 'shop-pay');
    await shop.pay(page);
    await simulation.checkout(page);
    await look(page, 'sim-checkout');
  },
  'the buyer pays and is thanked': async (page) => {
    await simulation.payByUpi(page);
    await shop.thanks(page);
    order = await shop.orderId(page);
    await look(page, 'shop-success');
  },
  'the order can be tracked': async (page) => {
    await shop.tracking(page, order);
    assert.match(await page.locator('body').innerText(), /paid/i);
    await look(page, 'shop-tracking');
  },
  'the buyer downloads what was paid for, and nobody by a link of their own making': async (page) => {
    const link = page.locator('a[href*="/download/starter?token="]');
    const address = new URL(await link.getAttribute('href'), page.url()).href;
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    assert.equal(download.suggestedFilename(), 'starter-guide.txt');
    assert.match(await readFile(await download.path(), 'utf8'), /^The starter guide/);
    const made = address.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    const refused = await page.request.get(made, { headers: { accept: 'application/json' } });
    assert.equal(refused.status(), 402);
    assert.deepEqual([(await refused.json()).error, (await refused.json()).upgrade_url], ['payment_required', '/buy/starter']);
    await page.reload();
    assert.match(await page.locator('body').innerText(), /You can download it 9 more times/);
  },
  'the phone rang once': async (page) => {
    const messages = await simulation.messagesOn(page, buyer.phone);
    assert.equal(messages.length, 1, messages.join('\n'));
    assert.match(messages[0], /99/);
    await look(page, 'sim-phones');
  },
  'one mail arrived': async (page) => {
    const { subjects, openLatest } = await simulation.mailsTo(page, buyer.email);
    assert.equal(subjects.length, 1, subjects.join('\n'));
    await look(page, 'sim-mailboxes');
    await openLatest();
    await page.waitForURL('**/mail/**');
    await look(page, 'sim-mail');
  },
  'the merchant signs in': async (page) => {
    await office.place(page, '/login');
    await look(page, 'office-login');
    await office.signIn(page);
    await look(page, 'office-overview');
  },
  'the merchant finds the order, its payment and its story': async (page) => {
    await office.place(page, '/orders');
    await look(page, 'office-orders');
    await office.openOrder(page, order);
    const main = await office.main(page);
    assert.ok(main.includes(buyer.name), main);
    assert.match(main, /paid/i);
    const story = await office.timeline(page);
    for (const part of [/order/i, /payment/i, /message|whatsapp/i]) assert.match(story, part);
    await look(page, 'office-order');
  },
});
