// A dairy makes a route, begins a standing order, goes round with the sheet on a phone, and looks at the month.
import assert from 'node:assert/strict';
import { elsewhere } from '../house.mjs';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';

const button = (page, words) => page.getByRole('button', { name: words, exact: true });
const fill = (page, name, value) => page.locator(`[name="${name}"]`).fill(value);
const today = () => new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Kolkata' }).format(new Date());
let page_of_milk;

async function begin(page, name, phone, product, price, per) {
  await office.place(page, '/standing-orders/new');
  for (const [field, value] of Object.entries({ name, phone, product, price, unit: per === 'unit' ? 'l' : '', hsn: '0401' })) await fill(page, field, value);
  await page.locator('[name="price_per"]').selectOption(per);
  await fill(page, 'starts_on', today());
  await fill(page, 'address', 'Flat 12, Gulmohar Residency\n4 Hill Road, Bandra West');
  await fill(page, 'note', 'Ring twice, the bell is slow');
}

flow('rounds', {
  'the first page says what to do': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/rounds');
    assert.match(await office.main(page), /No routes yet/);
    await look(page, 'office-rounds-empty');
  },
  'a route is made': async (page) => {
    await office.place(page, '/rounds/routes');
    await page.locator('form[action="/admin/rounds/routes"] [name="name"]').last().fill('North, before seven in the morning');
    await button(page, 'Make a route').click();
    await page.getByRole('link', { name: 'North, before seven in the morning' }).waitFor();
    await look(page, 'office-rounds-routes');
  },
  'a standing order is begun, and a mistake keeps what was typed': async (page) => {
    await elsewhere(page, async (tab) => {
      await begin(tab, 'Asha', '98765 43219', 'Cow milk', 'sixty', 'unit');
      await button(tab, 'Begin').click();
      await tab.getByText('an amount such as').first().waitFor();
      assert.equal(await tab.locator('[name="product"]').inputValue(), 'Cow milk');
    });
    await begin(page, 'Asha Venkatanarasimharajuvaripeta', '98765 43219', 'Cow milk', '60.00', 'unit');
    await look(page, 'office-standing-order-new');
    await button(page, 'Begin').click();
    await page.waitForURL(/\/admin\/standing-orders\/sto_/);
    page_of_milk = page.url();
    assert.match(await office.main(page), /every day/);
    await begin(page, 'Ravi', '98765 43218', 'Newspaper', '300', 'month');
    await button(page, 'Begin').click();
    await page.waitForURL(/\/admin\/standing-orders\/sto_/);
  },
  'whoever goes round marks what was brought': async (page) => {
    await office.place(page, '/rounds');
    assert.match(await office.main(page), /2 of 2 stops not marked yet/);
    await look(page, 'office-rounds');
    await button(page, 'Missed').first().click();
    await button(page, 'Undo').waitFor();
    await button(page, 'Late').first().click();
    await look(page, 'office-rounds-late');
    await page.locator('dialog[open] [name="eta"]').fill('07:30');
    await page.locator('dialog[open]').getByRole('button', { name: 'Mark as delayed' }).click();
    await page.getByText('07:30').first().waitFor();
    await button(page, 'All 1 delivered').click();
    await page.getByText('All 2 stops are marked').waitFor();
  },
  'a vacation is a pause': async (page) => {
    await page.goto(page_of_milk);
    await button(page, 'Pause').click();
    await look(page, 'office-standing-order-pause');
    await button(page, 'Pause it').click();
    await page.getByText('paused from').first().waitFor();
    await look(page, 'office-standing-order');
    await button(page, 'Resume').click();
    await button(page, 'Resume').waitFor({ state: 'detached' });
  },
  'it is changed from a day on': async (page) => {
    await page.goto(`${page_of_milk}/change`);
    await fill(page, 'quantity', '1.5');
    await page.locator('[name="sun"]').uncheck();
    await look(page, 'office-standing-order-change');
    await button(page, 'Save').click();
    await page.getByText('What was agreed on').waitFor();
  },
  'the list and the bills': async (page) => {
    await office.place(page, '/standing-orders');
    await look(page, 'office-standing-orders');
    await office.place(page, '/rounds/bills');
    assert.match(await office.main(page), /Nothing is billed yet/);
    await look(page, 'office-rounds-bills');
  },
});
