// The simulated providers: the checkout, the buyer's phone, the buyer's mailbox.
import { simulation, visit } from '../house.mjs';

export const checkout = (page) => page.waitForURL(`${simulation}/checkout/**`);

// After the payment the checkout returns to the shop by itself.
export const payByUpi = (page) => page.getByRole('button', { name: /^Pay (by|with) UPI/ }).click();

// The messages on one phone; the page refreshes itself while it is waited on.
export async function messagesOn(page, phone) {
  await visit(page, `${simulation}/phones`);
  const bubbles = page.getByRole('region', { name: `Phone ${written(phone)}` }).locator('.bubble');
  await bubbles.first().waitFor();
  return bubbles.allInnerTexts();
}

// The subjects in one mailbox, and the way into its latest mail.
export async function mailsTo(page, address) {
  await visit(page, `${simulation}/mailboxes`);
  const subjects = page.locator('.mailbox').filter({ hasText: address }).locator('a.subject');
  await subjects.first().waitFor();
  return { subjects: await subjects.allInnerTexts(), openLatest: () => subjects.first().click() };
}

const written = (phone) => phone.replace(/^\+91(\d{5})(\d{5})$/, '+91 $1 $2');
