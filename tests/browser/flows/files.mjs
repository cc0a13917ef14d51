// A merchant adds a file, chooses the product that it comes with, and takes it away again.
import assert from 'node:assert/strict';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';

flow('files', {
  'the merchant sees what the shop sells as files': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/files');
    assert.match(await office.main(page), /starter-guide\.txt/);
    await look(page, 'office-files');
  },
  'a file is added and nobody can buy it yet': async (page) => {
    const name = 'A very long name of a workbook with templates for teams in every state of India.txt';
    await page.locator('[name="file"]').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from('words') });
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.waitForURL('**/admin/files/file_*');
    assert.match(await office.main(page), /Nobody can buy it yet/);
    await look(page, 'office-file-new');
  },
  'a product comes with it and goes back to its own': async (page) => {
    await page.locator('[name="product"]').selectOption('platinum');
    await page.getByRole('button', { name: 'Add the product' }).click();
    await page.waitForLoadState();
    assert.match(await office.main(page), /Buyers of Platinum download it/);
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    assert.match(await page.locator('#delete-file').innerText(), /sold with Platinum/);
    assert.ok(await page.locator('#delete-file').getByRole('button', { name: 'Delete the file' }).isDisabled());
    await look(page, 'office-file-sold');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Take it off' }).click();
    await page.waitForLoadState();
  },
  'what nothing is sold with can be deleted': async (page) => {
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.locator('#delete-file').getByRole('button', { name: 'Delete the file' }).click();
    await page.waitForURL('**/admin/files');
    assert.doesNotMatch(await office.main(page), /workbook/);
    // The demo's own guide comes back to the product.
    await page.getByText('platinum-welcome.txt').click();
    await page.locator('[name="product"]').selectOption('platinum');
    await page.getByRole('button', { name: 'Add the product' }).click();
    await page.waitForLoadState();
    assert.match(await office.main(page), /Buyers of Platinum download it/);
  },
});
