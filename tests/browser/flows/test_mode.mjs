// A merchant makes a key for trying things out, looks at the data that it works on, and goes back to the shop.
import assert from 'node:assert/strict';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import { origin, visit } from '../house.mjs';
import * as office from '../pages/office.mjs';

const button = (page, words) => page.getByRole('button', { name: words, exact: true });
const at = (path) => (url) => url.pathname === path;

flow('test mode', {
  'a test key says what it is': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/keys');
    await page.locator('[name="name"]').fill('Trying out');
    await page.locator('[name="mode"]').selectOption('test');
    await button(page, 'Make the key').click();
    assert.match(await office.main(page), /ok_test_/);
    await look(page, 'office-keys-test');
  },
  'test data cannot be mistaken for the shop': async (page) => {
    await button(page, 'Look at the test data').click();
    await page.waitForURL(at('/admin'));
    assert.match(await page.locator('.test-strip').innerText(), /nobody is charged/);
    await look(page, 'office-test');
    await visit(page, `${origin}/s/my-shop-test/`);
    assert.match(await page.locator('.test-strip').innerText(), /Nothing is charged/);
    await look(page, 'shop-test');
  },
  'and the way back is one step': async (page) => {
    await office.place(page, '');
    await button(page, 'Back to your shop').click();
    await page.waitForURL(at('/admin'));
    assert.equal(await page.locator('.test-strip').count(), 0);
  },
});
