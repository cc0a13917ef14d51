// A merchant gives the shop its name, colours and logo, and a buyer sees it so.
import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';
import * as shop from '../pages/shop.mjs';

const button = (page, words) => page.getByRole('button', { name: words, exact: true });

// Chromium draws the logo that it then uploads.
async function drawLogo(page) {
  const data = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 480, height: 112 });
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#b45309';
    pen.beginPath();
    pen.arc(56, 56, 50, 0, 7);
    pen.fill();
    pen.font = '600 64px serif';
    pen.fillText('Asha & Co', 130, 78);
    return canvas.toDataURL('image/png').split(',')[1];
  });
  const file = join(await mkdtemp(join(tmpdir(), 'origin-logo-')), 'logo.png');
  await writeFile(file, Buffer.from(data, 'base64'));
  return file;
}

flow('branding', {
  'the page shows how it looks now': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/branding');
    await look(page, 'office-branding');
  },
  'a colour that cannot be seen is refused with the nearest that can': async (page) => {
    await page.locator('[name="primary_colour"]').fill('#ffe600');
    await page.locator('#as-it-looks [class*="alert"], #as-it-looks .note').first().waitFor();
    assert.match(await page.locator('#as-it-looks').innerText(), /1\.26:1 with the white page/);
  },
  'the preview follows what is typed, and what is saved stays': async (page) => {
    await page.locator('[name="display_name"]').fill('Asha & Co');
    await page.locator('[name="tagline"]').fill('Honey and spices from Coorg, since 1962');
    await page.locator('[name="primary_colour"]').fill('#b45309');
    await page.locator('[name="accent_colour"]').fill('#92400e');
    await page.locator('[name="theme"]').selectOption('editorial');
    await page.locator('[name="sender_name"]').fill('Asha & Co');
    await page.locator('[name="reply_to"]').fill('help@asha.example');
    await page.locator('[name="footer"]').fill('Asha & Co, 12 MG Road, Madikeri 571201\nGSTIN 29ABCDE1234F1Z5');
    await page.locator('#as-it-looks').getByText('Honey and spices').first().waitFor();
    await button(page, 'Save').click();
    await page.waitForURL('**/admin/branding');
    await page.locator('[name="logo"]').setInputFiles(await drawLogo(page));
    await button(page, 'Upload').click();
    await page.getByAltText('Your logo').waitFor();
    await look(page, 'office-branding-chosen');
  },
  'a buyer sees the shop so': async (page) => {
    await shop.home(page);
    const logo = page.getByAltText('Asha & Co');
    assert.ok(await logo.evaluate((image) => image.complete && image.naturalWidth === 480));
    assert.match(await page.locator('main').innerText(), /since 1962/);
    const colour = await page.locator('.hero .button.primary, .offers .button.primary').first().evaluate((element) => getComputedStyle(element).backgroundColor);
    assert.equal(colour, 'rgb(180, 83, 9)');
    await look(page, 'shop-branded');
    await shop.product(page, 'starter');
    await look(page, 'shop-branded-buy');
  },
  'it goes back to how it was': async (page) => {
    await office.place(page, '/branding');
    await button(page, 'Take it away').click();
    await page.waitForURL('**/admin/branding');
    for (const field of ['display_name', 'tagline', 'sender_name', 'reply_to', 'footer']) await page.locator(`[name="${field}"]`).fill('');
    await page.locator('[name="primary_colour"]').fill('#4f4cd1');
    await page.locator('[name="accent_colour"]').fill('#4542be');
    await page.locator('[name="theme"]').selectOption('classic');
    await button(page, 'Save').click();
    await page.waitForURL('**/admin/branding');
    assert.equal(await page.getByAltText('Your logo').count(), 0);
  },
});
