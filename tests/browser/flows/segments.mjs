// A merchant puts a segment together: counts who fits, makes it, sees who is in it, changes it, and takes it away.
import assert from 'node:assert/strict';
import { elsewhere } from '../house.mjs';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';

const button = (page, words) => page.getByRole('button', { name: words, exact: true });

async function condition(page, at, what, how, value) {
  await page.locator(`[name="what${at}"]`).selectOption(what);
  await page.locator(`[name="how${at}"]`).selectOption(how);
  await page.locator(`[name="value${at}"]`).fill(value);
}

flow('segments', {
  'there are none yet': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/contacts/segments');
    assert.match(await office.main(page), /No segments yet/);
    await look(page, 'office-segments-empty');
  },
  'who fits is counted, and what is wrong is said beside its row': async (page) => {
    await office.place(page, '/contacts/segments/new');
    await page.locator('[name="name"]').fill('Those whose phone number is Indian');
    await condition(page, 1, 'attribute:phone', 'begins_with', '+91');
    await elsewhere(page, async (tab) => {
      await office.place(tab, '/contacts/segments/new');
      await tab.locator('[name="name"]').fill('Wrong');
      await condition(tab, 1, 'attribute:phone', 'more_than', 'many');
      await button(tab, 'Make the segment').click();
      await tab.getByText('a number such as 18').first().waitFor();
      await look(tab, 'office-segment-refused');
    });
    await button(page, 'Count who fits').click();
    await page.getByText(/contacts fit/).waitFor();
    await look(page, 'office-segment-counted');
  },
  'it is made, and fills by itself': async (page) => {
    await button(page, 'Make the segment').click();
    await page.getByRole('heading', { name: 'Those whose phone number is Indian' }).waitFor();
    await page.getByText('Kept up to date since').waitFor();
    await page.reload();
    assert.match(await office.main(page), /phone begins with \+91/);
    await look(page, 'office-segment');
  },
  'and is changed and taken away': async (page) => {
    await page.getByRole('link', { name: 'Change', exact: true }).click();
    await page.getByRole('heading', { name: 'Change the segment' }).waitFor();
    await condition(page, 2, 'did:order.paid', 'at_least', '1');
    await button(page, 'Save').click();
    await page.getByText(/and paid an order/).waitFor();
    await office.place(page, '/contacts/segments');
    await look(page, 'office-segments');
    await page.getByRole('link', { name: 'Those whose phone number is Indian' }).click();
    await page.getByRole('heading', { name: 'Those whose phone number is Indian' }).waitFor();
    await button(page, 'Delete').click();
    await button(page, 'Delete the segment').click();
    await page.getByText('No segments yet').waitFor();
  },
});
