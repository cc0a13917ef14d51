// Every place of the back office opens, and is for everybody.
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';

const PLACES = ['payments', 'messages', 'templates', 'reconcile', 'mobile-api', 'keys', 'members', 'roles', 'tenants', 'network', 'audit', 'security/email', 'gallery'];

flow('the back office', {
  'the merchant signs in': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
  },
  ...Object.fromEntries(PLACES.map((place) => [`${place} opens`, async (page) => {
    await office.place(page, `/${place}`);
    await look(page, `office-${place.replace('/', '-')}`);
  }])),
});
