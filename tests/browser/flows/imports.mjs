// Orders from another shop are looked at, taken in and packed.
import assert from 'node:assert/strict';
import { elsewhere } from '../house.mjs';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';

const button = (page, words) => page.getByRole('button', { name: words, exact: true });
const csv = [
  'order_id,name,placed_at,total,customer_name,phone,item,sku,quantity,unit_price',
  '1,#1001,2026-11-01,70.00,Asha Venkatanarasimharajuvaripeta,9876543217,Cow milk,MILK-1L,2,30.00',
  '1,#1001,2026-11-01,70.00,Asha Venkatanarasimharajuvaripeta,9876543217,Newspaper,NEWS,1,10.00',
  '2,#1002,yesterday,10.00,Ravi,,Newspaper,NEWS,1,10.00',
].join('\n');

flow('imports', {
  'the first page says what to do': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/imports');
    assert.match(await office.main(page), /No imports yet/);
    await look(page, 'office-imports-empty');
  },
  'a file is looked at first': async (page) => {
    await page.locator('[name="file"]').setInputFiles({ name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await button(page, 'Look at it first').click();
    await page.getByText('Nothing was taken in yet').waitFor();
    assert.match(await office.main(page), /placed_at: a time such as/);
    await look(page, 'office-import-looked');
  },
  'and then taken in': async (page) => {
    await button(page, 'Import these orders').click();
    await page.getByText('Nothing was taken in yet').waitFor({ state: 'detached' });
    await page.getByText('done').first().waitFor();
    await office.place(page, '/imports');
    await look(page, 'office-imports');
  },
  'a shop that does not answer is not connected': async (page) => {
    await office.place(page, '/imports/shops');
    await look(page, 'office-imports-shops');
    await elsewhere(page, async (tab) => {
      await office.place(tab, '/imports/shops');
      const form = tab.locator('form[action="/admin/imports/shops/woocommerce"]');
      await form.locator('[name="address"]').fill('https://127.0.0.1:1');
      await form.locator('[name="key"]').fill('ck_1');
      await form.locator('[name="secret"]').fill('cs_1');
      await form.getByRole('button', { name: 'Connect', exact: true }).click();
      await tab.getByText('cannot be reached').first().waitFor();
      assert.equal(await form.locator('[name="key"]').inputValue(), 'ck_1');
      await look(tab, 'office-imports-shop-refused');
    });
  },
  'it is packed, and the customer is told': async (page) => {
    await office.place(page, '/orders/packing?placed_on=2026-11-01');
    await look(page, 'office-packing');
    assert.match(await office.main(page), /2 items of 1 order/);
    await button(page, 'Packed').first().click();
    await button(page, 'Not packed').waitFor();
    await button(page, 'Packed').first().click();
    await page.getByText('Order #1001 is packed').waitFor();
    await look(page, 'office-packed');
  },
});
