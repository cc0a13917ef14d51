// The shop, as a buyer uses it.
import { origin, visit } from '../house.mjs';

export const home = (page) => visit(page, `${origin}/`);
export const product = (page, name) => visit(page, `${origin}/buy/${name}`);
export const tracking = (page, order) => visit(page, `${origin}/order/${order}`);

export async function fillIn(page, buyer) {
  for (const field of ['name', 'phone', 'email']) await page.locator(`[name="${field}"]`).fill(buyer[field]);
}

// The button of the form that asks for the buyer's name; there may be other forms on the page.
export const buy = (page) => page.locator('form:has([name="name"]) button:not([type="button"])').last().click();

// The summary of what is to be paid, and the button that leads to the provider.
export const summary = (page) => page.waitForURL('**/pay/**');
export const pay = (page) => page.locator('main form button').last().click();

export const thanks = (page) => page.waitForURL((url) => url.pathname.startsWith('/success'));

// Origin's id of the order that the page speaks of.
export async function orderId(page) {
  const [id] = `${page.url()} ${await page.content()}`.match(/ord_[0-9a-z]{26}/) ?? [];
  if (!id) throw new Error(`no order id on ${page.url()}`);
  return id;
}
