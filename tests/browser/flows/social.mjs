// A shop plans a post: a place is added and tried, a post is written for a day of the calendar, moved, and called off.
import assert from 'node:assert/strict';
import { elsewhere, origin, simulation } from '../house.mjs';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';

const button = (page, words) => page.getByRole('button', { name: words, exact: true });
const fill = (page, name, value) => page.locator(`[name="${name}"]`).fill(value);
const receiver = `${simulation}/receiver/social`;
/** The same hour a day later, as a field of a day and an hour has it. */
const dayAfter = (at) => new Date(Date.parse(`${at}:00Z`) + 86_400_000).toISOString().slice(0, 16);

flow('social', {
  'the first page says what a place is': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/social');
    assert.match(await office.main(page), /No places yet/);
    await look(page, 'office-social-none');
  },
  'a place is added, and its secret shown once': async (page) => {
    await page.getByRole('link', { name: 'Add a place' }).click();
    await look(page, 'office-social-places-none');
    await fill(page, 'name', 'Our page, in Hindi and English');
    await page.locator('[name="kind"]').selectOption('instagram');
    await fill(page, 'address', receiver);
    await button(page, 'Add place').click();
    await page.getByText(/^whsec_/).waitFor();
    await look(page, 'office-social-place-made');
  },
  'it is tried, and what it said is shown': async (page) => {
    await page.getByRole('link', { name: 'Try it' }).click();
    await button(page, 'Send a test').click();
    await page.mouse.move(0, 0);
    await page.getByText(/200 taken/).waitFor();
    await look(page, 'office-social-place');
    const [call] = await (await page.request.get(receiver)).json();
    assert.equal(JSON.parse(call.body).type, 'social.test');
  },
  'it is given a new secret, and the old one signs along': async (page) => {
    const calls = async () => (await page.request.get(receiver)).json();
    const before = (await calls()).length;
    await button(page, 'New secret').click();
    await look(page, 'office-social-place-rotate');
    await page.locator('dialog[open]').getByRole('button', { name: 'Make it', exact: true }).click();
    await page.getByText(/^whsec_/).waitFor();
    await page.getByText(/the old one signs along for 24 hours/).waitFor();
    await button(page, 'Send a test').click();
    for (let tries = 0; tries < 60 && (await calls()).length === before; tries += 1) await page.waitForTimeout(250);
    assert.equal((await calls()).at(-1).signatures.length, 2);
  },
  'a post is planned, and a mistake keeps what was typed': async (page) => {
    await elsewhere(page, async (tab) => {
      await office.place(tab, '/social/posts/new');
      await fill(tab, 'text', 'Mangoes are in');
      await fill(tab, 'at', '2020-01-01T10:00');
      await button(tab, 'Plan it').click();
      await tab.getByText('a time to come').first().waitFor();
      assert.equal(await tab.locator('[name="text"]').inputValue(), 'Mangoes are in');
    });
    await office.place(page, '/social');
    await page.getByRole('link', { name: 'New post', exact: true }).click();
    await fill(page, 'text', 'The first Alphonso mangoes of the year came in this morning.\nCome early.');
    await fill(page, 'link', 'https://shop.example/mangoes');
    await look(page, 'office-social-new');
    await button(page, 'Plan it').click();
    await page.waitForURL(/\/admin\/social\/posts\/spo_/);
    assert.match(await office.main(page), /Instagram takes no post without a picture/);
    await look(page, 'office-social-post');
  },
  'it stands in the calendar, and can be moved': async (page) => {
    await page.getByRole('link', { name: 'Change', exact: true }).click();
    await fill(page, 'at', dayAfter(await page.locator('[name="at"]').inputValue()));
    await button(page, 'Plan it').click();
    await page.waitForURL(/\/admin\/social\/posts\/spo_/);
    const posts = await (await page.request.get(`${origin}/api/v1/social/posts`)).json();
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Kolkata' }).format(new Date(posts.data[0].at));
    await office.place(page, `/social?month=${day.slice(0, 7)}`);
    await page.getByRole('link', { name: /The first Alphonso mangoes/ }).waitFor();
    await look(page, 'office-social');
  },
  'it stands in the list, which narrows and is a file': async (page) => {
    await page.getByRole('link', { name: 'List', exact: true }).click();
    await page.getByText('Narrow', { exact: true }).click();
    await page.locator('[name="place"]').selectOption({ label: 'Our page, in Hindi and English' });
    await fill(page, 'from', '2020-01-01');
    await button(page, 'Show these').first().click();
    await page.waitForURL(/from=2020-01-01/);
    await page.getByRole('link', { name: 'Planned', exact: true }).click();
    await page.getByRole('link', { name: /The first Alphonso mangoes/ }).waitFor();
    await look(page, 'office-social-list');
    const file = await page.request.get(`${origin}${await page.getByRole('link', { name: 'Export' }).getAttribute('href')}`);
    assert.match(await file.text(), /planned,"?The first Alphonso mangoes/);
    await elsewhere(page, async (tab) => {
      await office.place(tab, '/social/posts?to=2020-01-01');
      await tab.getByText('Nothing matches').waitFor();
    });
  },
  'it is called off': async (page) => {
    await page.getByRole('link', { name: /The first Alphonso mangoes/ }).click();
    await button(page, 'Cancel it').click();
    await page.locator('dialog[open]').getByRole('button', { name: 'Cancel it', exact: true }).click();
    await page.getByText('Nothing of it went anywhere').waitFor();
    await office.place(page, '/social/places');
    await look(page, 'office-social-places');
  },
});
