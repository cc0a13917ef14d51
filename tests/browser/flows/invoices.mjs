// A merchant says who they are, bills a customer, and notes what was paid; the customer sees the rest and pays it online.
import assert from 'node:assert/strict';
import { elsewhere, origin, visit } from '../house.mjs';
import { look } from '../look.mjs';
import { flow } from '../steps.mjs';
import * as office from '../pages/office.mjs';
import * as shop from '../pages/shop.mjs';
import * as simulation from '../pages/simulation.mjs';

const button = (page, words) => page.getByRole('button', { name: words, exact: true });
const fill = (page, name, value) => page.locator(`[name="${name}"]`).fill(value);
let link;
let back;

async function seller(page, gstin) {
  await office.place(page, '/invoices/settings');
  await fill(page, 'legal_name', 'Ananda Dairy and Sweets Private Limited');
  await fill(page, 'address', '12 Mahatma Gandhi Road\nBengaluru 560001');
  await page.locator('[name="state"]').selectOption('29');
  await fill(page, 'gstin', gstin);
  await fill(page, 'upi', 'ananda@okbank');
  await fill(page, 'bank', 'Some Bank, MG Road\nA/C 1234567890\nIFSC SOME0001234');
  await button(page, 'Save').click();
}

flow('invoices', {
  'the first page says what to do': async (page) => {
    await office.place(page, '/login');
    await office.signIn(page);
    await office.place(page, '/invoices');
    assert.match(await office.main(page), /Say first who sells/);
    await look(page, 'office-invoices-empty');
  },
  'who sells is said, and a mistyped GSTIN is told beside its field': async (page) => {
    await elsewhere(page, async (tab) => {
      await seller(tab, '29AAGCB7383J1Z5');
      await tab.getByText('was a digit mistyped?').first().waitFor();
    });
    await seller(page, '29AAGCB7383J1Z4');
    await page.getByText('It is saved.').waitFor();
    await look(page, 'office-invoices-settings');
  },
  'an invoice is written and issued': async (page) => {
    await office.place(page, '/invoices/new');
    await look(page, 'office-invoices-new');
    await fill(page, 'name', 'Asha Stores and Daughters, Wholesale');
    await fill(page, 'gstin', '27AAPFU0939F1ZV');
    await fill(page, 'address', '4 Hill Road\nMumbai 400050');
    await fill(page, 'phone', '98765 43211');
    for (const [at, line] of [['Cow milk', '0401', '10.5', 'l', '60', '500'], ['Paneer', '0406', '2', 'kg', '1,23,400.00', '1200']].entries()) {
      const [description, hsn, quantity, unit, price, rate] = line;
      for (const [name, value] of Object.entries({ description, hsn, quantity, unit, price })) await fill(page, `${name}_${at}`, value);
      await page.locator(`[name="rate_${at}"]`).selectOption(rate);
    }
    await button(page, 'Save and issue').click();
    await page.waitForURL(/\/admin\/invoices\/inv_/);
    assert.match(await office.main(page), /INV\d{4}\/000001/);
    back = page.url();
    link = await page.getByRole('link', { name: /^\/invoice\/inv_/ }).getAttribute('href');
  },
  'a payment in part is noted, and the books show it': async (page) => {
    await fill(page, 'amount', '500.00');
    await page.locator('[name="method"]').selectOption('cash');
    await button(page, 'Note a payment').click();
    await page.getByText('left to pay').first().waitFor();
    await page.reload();
    assert.match(await office.main(page), /Cash and cheques/);
    await look(page, 'office-invoice');
  },
  'the customer sees what is left and how to pay it': async (page) => {
    await visit(page, `${origin}${link}`);
    assert.match(await page.locator('main').innerText(), /is left to pay/);
    await page.getByRole('img', { name: /UPI code/ }).waitFor();
    await look(page, 'invoice-customer');
    const paper = await page.context().request.get(`${origin}${link}/pdf`);
    assert.equal(paper.headers()['content-type'], 'application/pdf');
    assert.ok((await paper.body()).subarray(0, 5).equals(Buffer.from('%PDF-')));
  },
  'and pays it online': async (page) => {
    await page.getByRole('button', { name: /^Pay .* online$/ }).click();
    await page.waitForURL(/\/invoice\/inv_\w+\/pay$/);
    await look(page, 'invoice-pay');
    await shop.pay(page);
    await simulation.payByUpi(page);
    await page.waitForURL(/\/invoice\/inv_/);
    await page.getByText('This invoice is paid').waitFor();
    await look(page, 'invoice-paid');
    await page.goto(back);
    assert.match(await office.main(page), /Online/);
    await look(page, 'office-invoice-paid-online');
  },
  'all that is left is credited': async (page) => {
    await page.goto(back);
    await button(page, 'Credit').click();
    await look(page, 'office-invoice-credit');
    await page.locator('dialog[open] [name="reason"]').fill('Called off');
    await button(page, 'Issue credit note').click();
    await page.getByText('to give back').first().waitFor();
  },
  'the list and the return add up': async (page) => {
    await office.place(page, '/invoices');
    await look(page, 'office-invoices');
    await office.place(page, `/invoices/returns?month=${new Date().toISOString().slice(0, 7)}`);
    assert.match(await office.main(page), /2 documents/);
    await look(page, 'office-invoices-returns');
  },
});
