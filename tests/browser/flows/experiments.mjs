// A shop writes an experiment without script, starts it, sees what it says, and chooses a variant.
import assert from 'node:assert/strict';
import { elsewhere } from '../house.mjs';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';

const button = (page, words) => page.getByRole('button', { name: words, exact: true });
const fill = (page, name, value) => page.locator(`[name="${name}"]`).fill(value);

flow('experiments', {
  'the first page says what an experiment is': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/experiments');
    assert.match(await office.main(page), /No experiments yet/);
    await look(page, 'office-experiments-empty');
  },
  'a mistake is named beside its field, and keeps what was typed': async (page) => {
    await elsewhere(page, async (tab) => {
      await office.place(tab, '/experiments/new');
      await fill(tab, 'name', 'Price of the starter box');
      await fill(tab, 'name1', 'A');
      await button(tab, 'Save').click();
      await tab.getByText('a name that no other variant has').first().waitFor();
      assert.equal(await tab.locator('[name="name"]').inputValue(), 'Price of the starter box');
      await look(tab, 'office-experiment-refused');
    });
  },
  'it is written, and begins': async (page) => {
    await office.place(page, '/experiments/new');
    await fill(page, 'name', 'Price of the starter box');
    await page.locator('[name="product"]').selectOption('starter');
    await fill(page, 'name0', '₹99');
    await fill(page, 'price0', '99');
    await fill(page, 'name1', '₹119');
    await fill(page, 'price1', '119');
    await look(page, 'office-experiment-new');
    await button(page, 'Save').click();
    await page.waitForURL(/\/admin\/experiments\/exp_/);
    assert.match(await office.main(page), /It has not begun/);
    await button(page, 'Start').click();
    await page.getByText(/each variant must be met by 100 people first/).first().waitFor();
    await look(page, 'office-experiment-running');
  },
  'a browser in the shop is asked one of the prices, and the same one again': async (page) => {
    await elsewhere(page, async (tab) => {
      const price = async () => {
        await tab.goto(new URL('/buy/starter', tab.url()).href);
        return tab.locator('[name="shown"]').inputValue();
      };
      await office.place(tab, '/experiments');
      const first = await price();
      assert.ok(['9900', '11900'].includes(first), first);
      assert.equal(await price(), first);
      await look(tab, 'shop-price-on-trial');
    });
    await page.reload();
    await page.getByText(/What each visitor who was asked a price brought/).first().waitFor();
  },
  'and somebody chooses for everybody': async (page) => {
    await button(page, 'Choose a variant').click();
    await page.locator('dialog [name="variant"]').selectOption('₹99');
    await look(page, 'office-experiment-decide');
    await button(page, 'Choose it').click();
    await page.getByText(/Everybody gets/).first().waitFor();
    await office.place(page, '/experiments');
    assert.match(await office.main(page), /Price of the starter box/);
    await look(page, 'office-experiments');
  },
});
