// A shop writes a journey without script, begins it, leads people in, and sees where they are.
import assert from 'node:assert/strict';
import { elsewhere } from '../house.mjs';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';

const button = (page, words) => page.getByRole('button', { name: words, exact: true });
const fill = (page, name, value) => page.locator(`[name="${name}"]`).fill(value);
const choose = (page, name, value) => page.locator(`[name="${name}"]`).selectOption(value);

async function add(page, kind) {
  const steps = await page.locator('fieldset.step').count();
  await choose(page, 'add', kind);
  await button(page, 'Add it').click();
  await page.locator('fieldset.step').nth(steps).waitFor();
}

flow('journeys', {
  'the first page says what a journey is': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/journeys');
    assert.match(await office.main(page), /No journeys yet/);
    await look(page, 'office-journeys-empty');
  },
  'a mistake is named beside its field, and keeps what was typed': async (page) => {
    await elsewhere(page, async (tab) => {
      await office.place(tab, '/journeys/new');
      await fill(tab, 'name', 'Welcome');
      await fill(tab, 'text_email1', 'Hello');
      await button(tab, 'Save').click();
      await tab.getByText('The subject is empty.').first().waitFor();
      assert.equal(await tab.locator('[name="text_email1"]').inputValue(), 'Hello');
    });
  },
  'one that is written already is opened, to be saved as it is': async (page) => {
    await elsewhere(page, async (tab) => {
      await office.place(tab, '/journeys');
      await tab.getByRole('link', { name: 'Welcome series', exact: true }).click();
      await tab.waitForURL(/ready=welcome/);
      await look(tab, 'office-journey-ready');
      await button(tab, 'Save').click();
      await tab.waitForURL(/\/admin\/journeys\/jrn_/);
      assert.match(await office.main(tab), /Whoever placed an order enters/);
      await button(tab, 'Delete').click();
      await tab.waitForURL(/\/admin\/journeys$/);
    });
  },
  'it is written step by step': async (page) => {
    await office.place(page, '/journeys/new');
    await fill(page, 'name', 'Welcome');
    await fill(page, 'id1', 'hello');
    await fill(page, 'subject_email1', 'Welcome to our dairy');
    await fill(page, 'text_email1', 'Hello {{ first_name|default("there") }}, good that you are here.');
    await add(page, 'wait_for');
    await choose(page, 'did2', 'order.placed');
    await add(page, 'send');
    await fill(page, 'subject_email3', 'Your first litre waits');
    await fill(page, 'text_email3', 'We bring it tomorrow morning.');
    await add(page, 'update');
    await fill(page, 'set4', 'trial:\nwelcomed: true');
    await add(page, 'leave');
    assert.equal(await page.locator('[name="set4"]').inputValue(), 'trial:\nwelcomed: true');
    await button(page, 'Take it out').last().click();
    await page.locator('fieldset.step').nth(4).waitFor({ state: 'detached' });
    await look(page, 'office-journey-new');
    await button(page, 'Save').click();
    await page.waitForURL(/\/admin\/journeys\/jrn_/);
    assert.match(await office.main(page), /Nobody is in it/);
    assert.match(await office.main(page), /Sets trial to nothing, welcomed to true/);
    await look(page, 'office-journey-draft');
  },
  'people are led in, and it shows where they are': async (page) => {
    await button(page, 'Begin').click();
    await page.getByText('People walk version 1.').waitFor();
    await button(page, 'Lead people in').click();
    await look(page, 'office-journey-enrol');
    await button(page, 'Lead them in').click();
    await page.waitForURL(/\/admin\/journeys\/jrn_/);
    await office.until(page, /Entered\s+[1-9]/);
    await page.locator('svg.flow .count').first().waitFor();
    await look(page, 'office-journey-active');
  },
  'it is rehearsed, and says why it cannot be where nobody enters by what they do': async (page) => {
    await elsewhere(page, async (tab) => {
      await office.place(tab, '/journeys/new');
      await fill(tab, 'name', 'Thanks');
      await choose(tab, 'entry', 'did:order.placed');
      await fill(tab, 'id1', 'thanks');
      await fill(tab, 'subject_email1', 'Thank you');
      await fill(tab, 'text_email1', 'Thank you for your order.');
      await button(tab, 'Save').click();
      await tab.waitForURL(/\/admin\/journeys\/jrn_/);
      await tab.getByRole('link', { name: 'Rehearse', exact: true }).click();
      await tab.waitForURL(/\/rehearsal/);
      assert.match(await office.main(tab), /would have entered/);
      await look(tab, 'office-journey-rehearsal');
      await office.place(tab, '/journeys');
      await tab.getByRole('link', { name: 'Thanks' }).first().click();
      await button(tab, 'Delete').click();
    });
  },
  'it is paused, and goes on': async (page) => {
    await button(page, 'Pause').click();
    await page.getByText('Everybody stays where they are.').waitFor();
    await button(page, 'Go on').click();
    await page.getByText('People walk version 1.').waitFor();
    await office.place(page, '/journeys');
    assert.match(await office.main(page), /Welcome/);
    await look(page, 'office-journeys');
  },
});
