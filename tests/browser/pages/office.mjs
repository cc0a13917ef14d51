// The back office, as a merchant uses it.
import { admin, origin, visit } from '../house.mjs';

export { admin };

export const place = (page, path) => visit(page, `${origin}/admin${path}`);

export async function signIn(page) {
  await page.locator('[name="username"]').fill(admin.username);
  await page.locator('[name="password"]').fill(admin.password);
  await page.locator('form:has([name="password"]) button:not([type="button"])').click();
  await page.waitForURL((url) => url.pathname === '/admin');
}

export async function openOrder(page, order) {
  await page.locator(`main a[href$="/admin/orders/${order}"]`).first().click();
  await page.waitForURL(`**/admin/orders/${order}`);
}

/** Looks again until the page says it: what goes on by itself takes a moment. */
export async function until(page, words) {
  for (let tries = 0; tries < 60; tries += 1) {
    if (words.test(await main(page))) return;
    await page.waitForTimeout(500);
    await page.reload();
  }
  throw new Error(`the page never said ${words}`);
}

export const main = (page) => page.locator('main').innerText();
export const timeline = (page) => page.locator('.timeline').first().innerText();
