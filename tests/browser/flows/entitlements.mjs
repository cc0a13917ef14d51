// A merchant says what a plan gives, and tries something new on a few.
import assert from 'node:assert/strict';
import { elsewhere } from '../house.mjs';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';

const button = (page, words) => page.getByRole('button', { name: words, exact: true });
const fill = (page, name, value) => page.locator(`[name="${name}"]`).fill(value);
const choose = (page, name, value) => page.locator(`[name="${name}"]`).selectOption(value);
const FEATURES = 'form[action="/admin/entitlements/features"]';

flow('entitlements and flags', {
  'the first page says what to do': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/entitlements');
    assert.match(await office.main(page), /Plans give nothing yet/);
    await look(page, 'office-entitlements-empty');
  },
  'features are named, and a mistake keeps what was typed': async (page) => {
    await elsewhere(page, async (tab) => {
      await office.place(tab, '/entitlements/features');
      await fill(tab, 'name', 'Milk runs');
      await fill(tab, 'code', 'Milk Runs');
      await fill(tab, 'unit', 'runs');
      await button(tab, 'Make a feature').click();
      await tab.getByText('small letters, digits and underscores, a letter first').first().waitFor();
      assert.equal(await tab.locator(`${FEATURES} [name="name"]`).inputValue(), 'Milk runs');
    });
    for (const [name, code, kind, unit] of [['Deliveries out of turn', 'extra_deliveries', 'metered', 'deliveries'], ['Recipe book', 'recipes', 'switch', '']]) {
      await office.place(page, '/entitlements/features');
      await fill(page, 'name', name);
      await fill(page, 'code', code);
      await choose(page, 'kind', kind);
      await fill(page, 'unit', unit);
      await button(page, 'Make a feature').click();
      await page.getByRole('link', { name }).first().waitFor();
    }
    await look(page, 'office-features');
    await page.getByRole('link', { name: 'Deliveries out of turn' }).first().click();
    await page.waitForURL(/\/features\/feat_/);
    await look(page, 'office-feature');
  },
  'a plan gives some of each': async (page) => {
    await office.place(page, '/entitlements/plans');
    await look(page, 'office-plans-give');
    await page.getByRole('link', { name: 'Milk club' }).first().click();
    await page.waitForURL(/\/plans\/plan_/);
    await fill(page, 'extra_deliveries', '4');
    await page.locator('[name="recipes"]').check();
    await fill(page, 'extra_deliveries.price', '12.50');
    await fill(page, 'extra_deliveries.per', '1');
    await look(page, 'office-plan-gives');
    await button(page, 'Save').click();
    await page.waitForURL(/\/plans$/);
  },
  'usage has a place, and so has the own plan': async (page) => {
    await office.place(page, '/entitlements/usage');
    await look(page, 'office-usage-events-empty');
    await office.place(page, '/entitlements/account');
    assert.match(await office.main(page), /Attribution runs/);
    await look(page, 'office-own-plan');
  },
  'a flag is for a share of all customers': async (page) => {
    await office.place(page, '/flags');
    await look(page, 'office-flags-empty');
    await office.place(page, '/flags/new');
    await fill(page, 'name', 'new_checkout');
    await fill(page, 'description', 'One page in place of three');
    await fill(page, 'share', '12.5');
    await look(page, 'office-flag-new');
    await button(page, 'Save').click();
    await page.waitForURL(/\/flags$/);
    assert.match(await office.main(page), /12\.5 %/);
    await page.getByRole('link', { name: 'new_checkout' }).first().click();
    await page.waitForURL(/\/flags\/new_checkout$/);
    await look(page, 'office-flag');
  },
});
