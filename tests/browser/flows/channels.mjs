// A merchant looks at which channels are set up, tries one out, and sees how many codes were asked for.
import assert from 'node:assert/strict';
import { elsewhere } from '../house.mjs';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';

const button = (page, words) => page.getByRole('button', { name: words, exact: true });

flow('channels', {
  'which channels are set up is said': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/messages/channels');
    assert.match(await office.main(page), /channels are set up/);
    await look(page, 'office-channels');
  },
  'an address that is none is said beside the field, and kept': async (page) => {
    await elsewhere(page, async (tab) => {
      await office.place(tab, '/messages/channels');
      const to = tab.locator('form[action="/admin/messages/channels/email/test"] [name="to"]');
      await to.fill('asha');
      await button(tab, 'Send a test by E-mail').click();
      await tab.getByText('an e-mail address such as').first().waitFor();
      assert.equal(await to.inputValue(), 'asha');
      await look(tab, 'office-channels-refused');
    });
  },
  'a test is sent, and what became of it is shown': async (page) => {
    await page.locator('form[action="/admin/messages/channels/email/test"] [name="to"]').fill('asha@example.com');
    await button(page, 'Send a test by E-mail').click();
    await page.waitForURL(/\/admin\/messages\/msg_/);
    assert.match(await office.main(page), /This is a test of E-mail/);
  },
  'where no business account is known, the page of templates says what to do': async (page) => {
    await office.place(page, '/messages/channels');
    await page.getByRole('link', { name: 'WhatsApp templates', exact: true }).click();
    await page.waitForURL(/\/admin\/messages\/channels\/templates/);
    assert.match(await office.main(page), /No business account at Meta/);
    await look(page, 'office-whatsapp-templates');
  },
  'prices are typed, and one that is none is said beside its field': async (page) => {
    const price = (tab) => tab.locator('[name="marketing"]');
    await elsewhere(page, async (tab) => {
      await office.place(tab, '/messages/channels/templates');
      await price(tab).fill('0,86');
      await button(tab, 'Save the prices').click();
      await tab.getByText('an amount such as 0.8631').first().waitFor();
      assert.equal(await price(tab).inputValue(), '0,86');
    });
    await price(page).fill('0.8631');
    await button(page, 'Save the prices').click();
    await office.until(page, /WhatsApp templates/);
    assert.equal(await price(page).inputValue(), '0.8631');
  },
  'what a provider said is read once more': async (page) => {
    const form = (tab) => tab.locator('form[action="/admin/messages/channels/replay"]');
    await office.place(page, '/messages/channels');
    await form(page).locator('[name="since"]').fill('2026-01-01T00:00');
    await form(page).getByRole('button', { name: 'Read it again' }).click();
    await page.getByText(/read again|Nothing to read again/).first().waitFor();
    await look(page, 'office-channels-replayed');
  },
  'after how long an SMS goes in place of WhatsApp is said, and a number that is none is said beside its field': async (page) => {
    await elsewhere(page, async (tab) => {
      const minutes = tab.locator('form[action="/admin/messages/channels/sms-instead"] [name="minutes"]');
      const save = tab.locator('form[action="/admin/messages/channels/sms-instead"] button');
      await office.place(tab, '/messages/channels');
      await minutes.fill('2000');
      await save.click();
      await tab.getByText('a whole number from 0 to 1440').first().waitFor();
      assert.equal(await minutes.inputValue(), '2000');
      await minutes.fill('15');
      await save.click();
      await office.until(tab, /SMS in place of WhatsApp/);
      assert.equal(await minutes.inputValue(), '15');
      await minutes.fill('0');
      await save.click();
    });
  },
  'how often people are written to is said, and a number that is none is said beside its field': async (page) => {
    const most = (tab) => tab.locator('[name="whatsapp_most"]');
    await elsewhere(page, async (tab) => {
      await office.place(tab, '/messages/channels');
      await tab.getByRole('link', { name: 'How often', exact: true }).click();
      await tab.waitForURL(/\/admin\/messages\/caps/);
      await most(tab).fill('0');
      await button(tab, 'Save').click();
      await tab.getByText('a whole number from 1 to 1000').first().waitFor();
      await most(tab).fill('4');
      await tab.locator('[name="whatsapp_days"]').fill('7');
      await tab.locator('[name="people"]').fill('1000');
      await button(tab, 'Save').click();
      await office.until(tab, /How often/);
      assert.equal(await most(tab).inputValue(), '4');
      assert.equal(await tab.locator('[name="people"]').inputValue(), '1000');
      await look(tab, 'office-caps');
      await most(tab).fill('');
      await tab.locator('[name="people"]').fill('');
      await button(tab, 'Save').click();
    });
  },
  'codes are counted': async (page) => {
    await office.place(page, '/messages/codes');
    await page.getByRole('heading', { name: 'One-time codes', exact: true }).waitFor();
    await look(page, 'office-codes');
  },
});
