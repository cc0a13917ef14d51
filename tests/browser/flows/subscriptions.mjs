// A merchant says what is sold with which tax, makes a plan, subscribes somebody, and sees what that brings.
import assert from 'node:assert/strict';
import { elsewhere } from '../house.mjs';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';

const button = (page, words) => page.getByRole('button', { name: words, exact: true });
const fill = (page, name, value) => page.locator(`[name="${name}"]`).fill(value);
const choose = (page, name, value) => page.locator(`[name="${name}"]`).selectOption(value);
let subscription;

flow('products, coupons and subscriptions', {
  'products are listed, made and changed': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/products');
    await look(page, 'office-products');
    await office.place(page, '/products/new');
    await elsewhere(page, async (tab) => {
      await office.place(tab, '/products/new');
      await fill(tab, 'name', 'Ghee');
      await fill(tab, 'slug', 'Ghee!');
      await fill(tab, 'price', '650');
      await button(tab, 'Save').click();
      await tab.getByText('small letters, digits and hyphens, such as gold-plan').first().waitFor();
    });
    await fill(page, 'name', 'Ghee, half a litre');
    await fill(page, 'slug', 'ghee');
    await fill(page, 'description', 'From grass-fed cows, made by hand.');
    await fill(page, 'features', 'Half a litre\nA glass jar');
    await fill(page, 'price', '650.00');
    await fill(page, 'hsn', '0405');
    await choose(page, 'tax_bps', '500');
    await look(page, 'office-product-new');
    await button(page, 'Save').click();
    await page.getByText('It is saved.').waitFor();
    await fill(page, 'price', '675.00');
    await button(page, 'Save').click();
    await page.getByText('after one change of price').waitFor();
    await look(page, 'office-product');
  },
  'coupons are made, and switched off': async (page) => {
    await office.place(page, '/coupons');
    await look(page, 'office-coupons');
    await office.place(page, '/coupons/new');
    await fill(page, 'code', 'diwali15');
    await fill(page, 'percent', '15');
    await fill(page, 'max_uses', '100');
    await fill(page, 'ends_on', '2030-11-30');
    await look(page, 'office-coupon-new');
    await button(page, 'Save').click();
    await page.getByText('It is saved.').waitFor();
    await page.locator('[name="active"]').uncheck();
    await button(page, 'Save').click();
    await page.getByText('Switched off').first().waitFor();
    await look(page, 'office-coupon');
  },
  'a plan comes first': async (page) => {
    await office.place(page, '/subscriptions');
    assert.match(await office.main(page), /Make a plan first/);
    await look(page, 'office-subscriptions-empty');
    await office.place(page, '/subscriptions/plans/new');
    await fill(page, 'name', 'Milk club');
    await fill(page, 'code', 'milk-club');
    await fill(page, 'month', '1,499.00');
    await fill(page, 'year', '14,990.00');
    await fill(page, 'trial_days', '7');
    await fill(page, 'hsn', '0401');
    await look(page, 'office-plan-new');
    await button(page, 'Save').click();
    await page.waitForURL(/\/plans$/);
    await look(page, 'office-plans');
  },
  'somebody subscribes, on trial': async (page) => {
    await office.place(page, '/subscriptions/new');
    await fill(page, 'name', 'Meera Iyer');
    await fill(page, 'phone', '98765 43299');
    await choose(page, 'plan', 'milk-club/month');
    await look(page, 'office-subscription-new');
    await button(page, 'Subscribe').click();
    await page.waitForURL(/\/subscriptions\/sub_/);
    assert.match(await office.main(page), /On trial/);
    subscription = page.url();
  },
  'a change is reckoned before it is made': async (page) => {
    await page.goto(subscription);
    await fill(page, 'quantity', '2');
    await choose(page, 'mode', 'next_invoice');
    await button(page, 'What would it come to?').click();
    await page.getByText('Nothing is to be paid for it now').waitFor();
    await look(page, 'office-subscription');
    await button(page, 'Change it').click();
    await page.getByText('2 of it').waitFor();
  },
  'it is to end with its period, and then is not': async (page) => {
    await button(page, 'Cancel').click();
    await look(page, 'office-subscription-cancel');
    await button(page, 'Cancel it').click();
    await page.getByText(/Ends \d/).first().waitFor();
    await button(page, 'Leave it as it is').click();
    await page.getByText(/Renews \d/).first().waitFor();
  },
  'the list, what it brings, and those who pay late': async (page) => {
    for (const place of ['mandates', 'subscriptions', 'subscriptions/revenue', 'subscriptions/policy']) {
      await office.place(page, `/${place}`);
      await look(page, `office-${place.replace('/', '-')}`);
    }
    await choose(page, 'grace_days', '7');
    await button(page, 'Save').click();
    await page.getByText('It is saved.').waitFor();
  },
});
