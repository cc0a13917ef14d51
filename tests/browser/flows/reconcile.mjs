// A merchant uploads the bank's statement, looks at what was understood, takes it, and lets stand what is explained.
import assert from 'node:assert/strict';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';

const button = (page, words) => page.getByRole('button', { name: words, exact: true });
const statement = 'Date,Narration,Chq./Ref.No.,Withdrawal Amt.,Deposit Amt.\n'
  + '20/11/26,RENT OF THE SHOP NEXT DOOR,000123,,"1,23,456.00"\n21/11/26,ATM,000124,500.00,\n';

flow('reconcile', {
  'each view says what to do first': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/reconcile');
    await look(page, 'office-reconcile');
    await office.place(page, '/reconcile/settlements');
    await look(page, 'office-settlements');
  },
  'a statement is looked at and taken': async (page) => {
    await office.place(page, '/reconcile/bank');
    await look(page, 'office-bank');
    await page.locator('form[action="/admin/reconcile/bank"] input[type="file"]')
      .setInputFiles({ name: 'november.csv', mimeType: 'text/csv', buffer: Buffer.from(statement) });
    await page.locator('form[action="/admin/reconcile/bank"]').getByRole('button', { name: 'Upload', exact: true }).click();
    await page.waitForURL(/\/admin\/reconcile\/bank\/stmt_/);
    assert.match(await office.main(page), /1,23,456\.00/);
    await look(page, 'office-statement');
    await button(page, 'Take it').click();
    await page.getByText('2 new').first().waitFor();
  },
  'what nothing explains is accepted with a note': async (page) => {
    await office.place(page, '/reconcile/exceptions?side=bank_row');
    assert.match(await office.main(page), /Unknown money/);
    await look(page, 'office-exceptions');
    await button(page, 'Accept').first().click();
    await page.locator('dialog[open] [name="note"]').fill('Rent');
    await page.locator('dialog[open]').getByRole('button', { name: 'Accept', exact: true }).click();
    await page.waitForURL(/\/admin\/reconcile\/exceptions$/);
  },
});
