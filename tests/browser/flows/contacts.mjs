// A merchant brings the people they know: a list, a file looked at and taken in, one person tagged, and one erased.
import assert from 'node:assert/strict';
import { elsewhere } from '../house.mjs';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';

const button = (page, words) => page.getByRole('button', { name: words, exact: true });
const csv = [
  'Name,Mobile no.,E-mail,City,Tags',
  'Asha Venkatanarasimharajuvaripeta,98765 43001,asha.v@example.com,Pune,vip; fair',
  'Ravi,98765 43002,,Delhi,',
  'Nobody,12,,,',
].join('\n');

flow('contacts', {
  'a list is made': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/contacts/lists');
    assert.match(await office.main(page), /No lists yet/);
    await look(page, 'office-lists-empty');
    await page.locator('form[action="/admin/contacts/lists"] [name="name"]').last().fill('From the fair in November');
    await button(page, 'Make a list').click();
    await page.getByRole('link', { name: 'From the fair in November' }).waitFor();
    await look(page, 'office-lists');
  },
  'a file is understood and looked at': async (page) => {
    await office.place(page, '/contacts/imports');
    assert.match(await office.main(page), /No imports yet/);
    await look(page, 'office-contact-imports-empty');
    await page.locator('[name="file"]').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await button(page, 'Upload').click();
    await page.getByRole('heading', { name: 'What its columns mean' }).waitFor();
    assert.equal(await page.locator('[name="column1"]').inputValue(), 'phone');
    await elsewhere(page, async (tab) => {
      await tab.goto(page.url());
      await tab.locator('[name="list_id"]').selectOption({ label: 'From the fair in November' });
      await button(tab, 'Look at it first').click();
      await tab.getByText('none, or given where').first().waitFor();
      assert.notEqual(await tab.locator('[name="list_id"]').inputValue(), '', 'what was chosen is kept');
      await look(tab, 'office-contact-import-refused');
    });
    await page.locator('[name="list_id"]').selectOption({ label: 'From the fair in November' });
    await page.locator('[name="consent"]').selectOption('none');
    await button(page, 'Look at it first').click();
    await page.getByText('Would be new').waitFor();
    await page.getByText('Show all that was found').waitFor();
    await page.reload();
    assert.match(await office.main(page), /a phone number such as/);
    await look(page, 'office-contact-import-looked');
  },
  'and taken in': async (page) => {
    await button(page, 'Take these people in').click();
    await page.getByText('Show all that was found').waitFor();
    await office.place(page, '/contacts');
    assert.match(await office.main(page), /Asha Venkatanarasimharajuvaripeta/);
    await look(page, 'office-contacts');
  },
  'one person is tagged, and what is typed wrong is said': async (page) => {
    await page.getByRole('link', { name: 'Ravi', exact: true }).click();
    await page.waitForURL(/\/admin\/contacts\/con_/);
    await page.locator('form[action$="/tag"] [name="tag"]').fill('VIP');
    await button(page, 'Give this tag').click();
    await page.getByRole('link', { name: 'vip', exact: true }).waitFor();
    await look(page, 'office-contact');
  },
  'their devices are a page of their own': async (page) => {
    await page.getByRole('link', { name: 'Their devices', exact: true }).click();
    await page.getByText('No devices yet').waitFor();
    await look(page, 'office-contact-devices');
    await page.getByRole('link', { name: 'Ravi', exact: true }).click();
    await page.waitForURL(/\/admin\/contacts\/con_[a-z0-9]+$/);
  },
  'two records of one person are looked at and merged': async (page) => {
    await elsewhere(page, async (tab) => {
      await tab.goto(new URL('/admin/contacts', page.url()).href);
      await tab.getByRole('link', { name: 'Duplicates', exact: true }).click();
      await tab.getByText('No duplicates found').waitFor();
      await look(tab, 'office-duplicates-empty');
    });
    await elsewhere(page, async (tab) => {
      await tab.goto(page.url());
      await tab.getByRole('link', { name: 'Merge with…', exact: true }).click();
      await tab.locator('[name="with"]').fill('nobody@example.com');
      await button(tab, 'Look at both').click();
      await tab.getByText('Nobody is known by this').waitFor();
      await look(tab, 'office-merge-nobody');
    });
    await page.getByRole('link', { name: 'Merge with…', exact: true }).click();
    await page.locator('[name="with"]').fill('98765 43001');
    await button(page, 'Look at both').click();
    await page.getByText('This is no longer said of them').waitFor();
    await look(page, 'office-merge');
    await button(page, 'Merge for good').click();
    await page.waitForURL(/\/admin\/contacts\/con_[a-z0-9]+$/);
    await page.getByText('asha.v@example.com').first().waitFor();
  },
  'and erased for good': async (page) => {
    await button(page, 'Erase').click();
    const dialog = page.locator('#erase-contact');
    await dialog.locator('[name="reason"]').fill('They asked for it');
    await dialog.locator('[name="confirm"]').fill('erase');
    await dialog.getByRole('button', { name: 'Erase for good', exact: true }).click();
    await page.getByText('Nothing is known of this person any more').waitFor();
    await look(page, 'office-contact-erased');
  },
});
