// A customer writes, two agents see it at once, one answers, the customer's phone gets it and the other agent sees that.
import assert from 'node:assert/strict';
import { elsewhere, origin, simulation, visit } from '../house.mjs';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';
import { messagesOn } from '../pages/simulation.mjs';

const phone = '+919876543777';
const button = (page, words) => page.getByRole('button', { name: words, exact: true });
const friend = '+919876543778';
// The shop's account at Meta, as the simulation knows it.
const account = { access_token: 'EAAsimulated', phone_number_id: '106540352242922', app_secret: 'simulated_app_secret', verify_token: 'simulated_verify_token' };
const writes = (page, words) => page.request.post(`${simulation}/phones/${encodeURIComponent(phone)}`, { form: { way: 'twilio-sms', kind: 'text', words } });
let colleague;

flow('inbox', {
  'the first page says what to do': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/inbox');
    assert.match(await office.main(page), /No conversations yet/);
    await look(page, 'office-inbox-empty');
  },
  'what a customer writes is there without loading again': async (page) => {
    colleague = await page.context().newPage();
    await office.place(colleague, '/inbox');
    await writes(page, 'Good morning! Is the order of last Tuesday ready, and may my brother fetch it?');
    await page.getByText('(1 new)').waitFor();
    await colleague.getByText('(1 new)').waitFor();
    await look(page, 'office-inbox');
  },
  'a canned reply is kept ready': async (page) => {
    await office.place(page, '/inbox/canned');
    assert.match(await office.main(page), /No canned replies yet/);
    await page.locator('form[action="/admin/inbox/canned"] [name="shortcut"]').last().fill('opening-hours');
    await page.locator('form[action="/admin/inbox/canned"] [name="text"]').last().fill('We are open from nine to six. {{ shop }}');
    await button(page, 'Keep it ready').click();
    await page.getByText('opening-hours').first().waitFor();
    await look(page, 'office-inbox-canned');
  },
  'one agent answers, the phone gets it, and the other agent sees it': async (page) => {
    for (const agent of [page, colleague]) {
      await office.place(agent, '/inbox');
      await agent.locator('.table a.row').first().click();
      await agent.waitForURL(/\/admin\/inbox\/cnv_/);
    }
    await page.keyboard.press('r');
    await page.keyboard.type('Yes, both: until six.');
    await page.getByText('Canned replies', { exact: true }).last().click();
    await button(page, 'opening-hours').click();
    await page.waitForURL(/\/canned/);
    const typed = await page.locator('[name="text"]').first().inputValue();
    assert.match(typed, /^Yes, both: until six\.\nWe are open from nine to six\./, 'what was typed is still there');
    await button(page, 'Send').click();
    await colleague.locator('.out').getByText('Yes, both: until six.').waitFor();
    await look(page, 'office-conversation');
    await elsewhere(page, async (tab) => assert.ok((await messagesOn(tab, phone)).some((words) => words.includes('until six'))));
  },
  'a note, a lead and the end of it': async (page) => {
    await page.locator('[name="text"]').fill('Her brother is called Ravi.');
    await button(page, 'Note it').click();
    await page.getByText('never sent,').waitFor();
    await button(page, 'Lead').click();
    await page.locator('dialog[open] [name="stage"]').selectOption('contacted');
    await page.locator('dialog[open] [name="value"]').fill('4999.00');
    await look(page, 'office-conversation-lead');
    await button(page, 'Save lead').click();
    await page.getByText('made this a lead').waitFor();
    await page.keyboard.press('e');
    await button(page, 'Reopen').waitFor();
    await button(colleague, 'Reopen').waitFor();
    await look(page, 'office-conversation-resolved');
  },
  'what leads are worth': async (page) => {
    await office.place(page, '/inbox/leads');
    assert.match(await office.main(page), /4,999/);
    await look(page, 'office-inbox-leads');
  },
  'who writes again opens it again': async (page) => {
    await writes(page, 'Thank you!');
    await button(colleague, 'Resolve').waitFor();
    await visit(page, colleague.url());
    assert.match(await office.main(page), /Thank you!/);
    await colleague.close();
  },
  'a picture is seen in the thread': async (page) => {
    const csrf = await page.locator('[name="csrf"]').first().inputValue();
    const known = await page.request.put(`${origin}/api/v1/settings/credentials/meta`, { headers: { 'x-csrf-token': csrf }, data: account });
    assert.equal(known.status(), 200, await known.text());
    await page.request.post(`${simulation}/phones/${encodeURIComponent(friend)}`, { form: { way: 'meta', kind: 'picture', words: 'Is this the gate?' } });
    await office.place(page, '/inbox');
    await page.getByText('Is this the gate?').first().click();
    await page.waitForURL(/\/admin\/inbox\/cnv_/);
    const picture = page.getByRole('img', { name: 'Is this the gate?' });
    await picture.waitFor();
    assert.ok(await picture.evaluate((image) => image.decode().then(() => image.naturalWidth > 0)), 'the picture is drawn');
    await look(page, 'office-conversation-picture');
  },
  'a document goes back, and the phone has it': async (page) => {
    await page.getByText('Send a file', { exact: true }).click();
    await page.locator('[name="file"]').setInputFiles({ name: 'price-list.txt', mimeType: 'text/plain', buffer: Buffer.from('Mangoes: 499.00') });
    await page.locator('[name="caption"]').fill('All our prices');
    await look(page, 'office-conversation-file');
    await button(page, 'Send the file').click();
    await page.locator('.out').getByText('Document: price-list.txt').waitFor();
    await office.until(page, /delivered|read/);
    await elsewhere(page, async (tab) => {
      const there = (await messagesOn(tab, friend)).find((words) => words.includes('All our prices'));
      // The page of phones writes names in capitals.
      assert.match(there ?? '', /price-list\.txt/i);
    });
  },
});
