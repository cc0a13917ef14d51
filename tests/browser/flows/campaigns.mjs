// A shop writes a campaign, sees whom it would reach and whom not, tries it on itself, and sends it.
import assert from 'node:assert/strict';
import { elsewhere } from '../house.mjs';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';

const button = (page, words) => page.getByRole('button', { name: words, exact: true });
const fill = (page, name, value) => page.locator(`[name="${name}"]`).fill(value);

flow('campaigns', {
  'the first page says what a campaign is': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/campaigns');
    assert.match(await office.main(page), /No campaigns yet/);
    await look(page, 'office-campaigns-empty');
  },
  'one is written, and a mistake keeps what was typed': async (page) => {
    await elsewhere(page, async (tab) => {
      await office.place(tab, '/campaigns/new');
      await fill(tab, 'name', 'Mangoes are in');
      await fill(tab, 'email', 'Hello');
      await button(tab, 'Save').click();
      await tab.getByText('The subject is empty.').first().waitFor();
      assert.equal(await tab.locator('[name="name"]').inputValue(), 'Mangoes are in');
    });
    await office.place(page, '/campaigns/new');
    await fill(page, 'name', 'Mangoes are in');
    await fill(page, 'email_subject', 'The first mangoes of the year');
    await fill(page, 'email', 'Hello {{ first_name|default("there") }}, the first Alphonso mangoes came in this morning.');
    await fill(page, 'quiet_to', '21:00');
    assert.match(await office.main(page), /Each at the hour at which they read/);
    await look(page, 'office-campaign-new');
    await button(page, 'Save').click();
    await page.waitForURL(/\/admin\/campaigns\/camp_/);
    await look(page, 'office-campaign-draft');
  },
  'one thing is said to some and another to others, and the same to everybody again': async (page) => {
    const here = page.url();
    await page.getByRole('link', { name: 'Compare texts', exact: true }).click();
    await page.waitForURL(/\/texts/);
    await button(page, 'Show its variants').click();
    await page.waitForURL(/experiment=/);
    const bodies = page.locator('textarea');
    await bodies.last().fill('Hello, fresh mangoes!');
    await look(page, 'office-campaign-texts');
    await button(page, 'Save').click();
    await office.until(page, /What it says to whom/);
    assert.match(await office.main(page), /fresh mangoes!/);
    await page.goto(`${here}/texts`);
    await button(page, 'Say the same to everybody').click();
    await page.waitForURL(here);
    assert.doesNotMatch(await office.main(page), /What it says to whom/);
  },
  'it is counted before anything is sent': async (page) => {
    await button(page, 'Count the audience').click();
    await page.waitForURL(/\/admin\/campaigns\/camp_/);
    await office.until(page, /Nothing is sent yet/);
    assert.match(await office.main(page), /Left out/);
    await look(page, 'office-campaign-ready');
  },
  'one text goes to oneself': async (page) => {
    const here = page.url();
    await button(page, 'Send it to yourself').click();
    await page.locator('dialog[open] [name="to"]').fill('me@shop.example');
    await look(page, 'office-campaign-test');
    await button(page, 'Send it').click();
    await page.waitForURL(/\/admin\/messages\/msg_/);
    assert.match(await office.main(page), /Hello \[first_name\], the first Alphonso mangoes/);
    await page.goto(here);
  },
  'it goes out, and what became of it is drawn': async (page) => {
    await button(page, 'Send').click();
    await look(page, 'office-campaign-send');
    await page.locator('dialog[open]').getByRole('button', { name: 'Send', exact: true }).click();
    await office.until(page, /All of it is on its way/);
    assert.match(await office.main(page), /What became of it/);
    assert.match(await office.main(page), /What people did/);
    await look(page, 'office-campaign-done');
    await office.place(page, '/campaigns');
    assert.match(await office.main(page), /Mangoes are in/);
    await look(page, 'office-campaigns');
  },
});
