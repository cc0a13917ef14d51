// How much is used and what the plan still allows; and the way out with everything.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';

flow('usage', {
  'the page draws the days and shows what is left': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/usage');
    assert.match(await office.main(page), /Orders placed/);
    assert.match(await office.main(page), /Members\s+\d+ of 10/);
    await look(page, 'office-usage');
  },
  'everything goes along as a ZIP file': async (page) => {
    await office.place(page, '/tenants');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export everything', exact: true }).click(),
    ]);
    const file = await readFile(await download.path());
    assert.equal(file.subarray(0, 2).toString(), 'PK');
    assert.match(download.suggestedFilename(), /\.zip$/);
    await office.place(page, '/audit');
    assert.match(await office.main(page), /Everything exported/);
  },
});
