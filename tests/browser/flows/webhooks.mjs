// A merchant sends events to a program of theirs: an endpoint is added, tested, looked at, and taken out again.
import assert from 'node:assert/strict';
import { simulation } from '../house.mjs';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';

const button = (page, words) => page.getByRole('button', { name: words, exact: true });
const receiver = `${simulation}/receiver/browser`;

flow('webhooks', {
  'the pages say what to do first': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/webhooks/deliveries');
    await look(page, 'office-webhook-deliveries-none');
    await office.place(page, '/webhooks/endpoints');
    await look(page, 'office-webhook-endpoints-none');
  },
  'an endpoint is added, and its secret shown once': async (page) => {
    await office.place(page, '/webhooks/endpoints');
    await page.locator('[name="url"]').fill(receiver);
    await page.locator('[name="description"]').fill('Our books');
    await page.locator('[name="per_second"]').fill('10');
    await page.locator('[name="ordered"]').check();
    await button(page, 'Add endpoint').click();
    await page.getByText(/^whsec_/).waitFor();
    await look(page, 'office-webhook-endpoint-made');
  },
  'a test event arrives, signed': async (page) => {
    await page.getByRole('link', { name: 'Try it' }).click();
    assert.match(await office.main(page), /one at a time[^]*at most 10/);
    await look(page, 'office-webhook-endpoint');
    await button(page, 'Send a test event').click();
    await page.getByText(/Try 1: taken/).waitFor();
    await look(page, 'office-webhook-delivery');
    const [call] = await (await page.request.get(receiver)).json();
    assert.equal(JSON.parse(call.body).type, 'webhook.test');
    assert.match(call.signatures[0], /^v1,/);
  },
  'it is in the list, and can be sent again': async (page) => {
    await button(page, 'Send again').click();
    // What is pointed at is left as it is.
    await page.mouse.move(0, 0);
    await page.getByText(/Try 2: taken/).waitFor();
    await office.place(page, '/webhooks/deliveries?state=delivered');
    assert.match(await office.main(page), /webhook\.test/);
    await look(page, 'office-webhook-deliveries');
    await office.place(page, '/webhooks');
    await look(page, 'office-webhooks-received');
  },
  'a new secret is made, and the endpoint taken out': async (page) => {
    await office.place(page, '/webhooks/endpoints');
    await page.locator('main a[href*="/webhooks/endpoints/whe_"]').first().click();
    await button(page, 'New secret').click();
    await page.locator('dialog[open]').getByRole('button', { name: 'Make it', exact: true }).click();
    await page.getByText(/^whsec_/).waitFor();
    await button(page, 'Remove').click();
    await page.locator('dialog[open]').getByRole('button', { name: 'Remove it', exact: true }).click();
    await page.getByText('No endpoint yet').waitFor();
  },
});
