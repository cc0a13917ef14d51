// A program tells what people did; the merchant sees it, and lets a journey begin with it.
import assert from 'node:assert/strict';
import { elsewhere, origin } from '../house.mjs';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';

/** Tells of an event, as a program with the merchant's session does. */
async function tell(page, name, phone, data) {
  const csrf = await page.locator('[name="csrf"]').first().inputValue();
  const headers = { 'x-csrf-token': csrf, 'idempotency-key': `${name}-${phone}` };
  const told = await page.request.post(`${origin}/api/v1/events`, { headers, data: { name, phone, data } });
  assert.equal(told.status(), 201, await told.text());
}

flow('events', {
  'the first page says how to tell of one': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/contacts/events');
    assert.match(await office.main(page), /No events yet/);
    assert.match(await office.main(page), /api\/v1\/events/);
    await look(page, 'office-events-empty');
  },
  'what was told is listed by its name': async (page) => {
    await tell(page, 'service_due', '+919876544001', { machine: 'RO filter', price: 1200 });
    await tell(page, 'service_due', '+919876544002', { machine: 'Pump' });
    await tell(page, 'class.missed', '+919876544001', {});
    await office.until(page, /Pump[^]*class\.missed|class\.missed[^]*Pump/);
    assert.match(await office.main(page), /machine: RO filter, price: 1200/);
    await look(page, 'office-events');
    await office.place(page, '/contacts/events?name=class.missed');
    assert.doesNotMatch(await office.main(page), /RO filter/);
  },
  'a journey may begin with it': async (page) => {
    await elsewhere(page, async (tab) => {
      await office.place(tab, '/journeys/new');
      await tab.locator('[name="entry"]').selectOption('did:event:service_due');
      await office.place(tab, '/contacts/segments/new');
      await tab.locator('[name="what1"]').selectOption('did:event:class.missed');
    });
  },
});
