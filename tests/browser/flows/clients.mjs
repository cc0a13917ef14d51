// What leaves the house, read by clients that are not ours: mails by another DKIM library, pushes by another decryption, events by the
// Standard Webhooks library, and Twilio's calls signed by Twilio's own.
import assert from 'node:assert/strict';
import { createECDH, createPublicKey, generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import ece from 'http_ece';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { SMTPServer } from 'smtp-server';
import { Webhook } from 'standardwebhooks';
import twilio from 'twilio';
import { origin } from '../house.mjs';

const PATIENCE = 20_000;
const OPERATOR = process.env.ADMIN_TOKEN;

let shop;
// What came in, newest last, and who waits for more.
const arrivals = { http: [], mail: [] };
let servers;

async function api(method, path, body, key = shop?.key) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': randomBytes(12).toString('hex') };
  const answer = await fetch(`${origin}${path}`, { method, headers, body: body && JSON.stringify(body) });
  const said = await answer.json();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${JSON.stringify(said)}`);
  return said;
}

async function arrival(kind, fits) {
  const until = Date.now() + PATIENCE;
  while (Date.now() < until) {
    const found = arrivals[kind].find(fits);
    if (found) return found;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  throw new Error(`nothing of the kind ${kind} came within ${PATIENCE} ms`);
}

async function bytes(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

// A server that takes whatever is posted to it, and one that takes mails.
async function listen() {
  const http = createServer(async (request, answer) => {
    arrivals.http.push({ path: request.url, headers: request.headers, body: await bytes(request) });
    answer.writeHead(201, { location: 'https://push.example/m/1' }).end();
  });
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    async onData(stream, session, done) {
      arrivals.mail.push({ to: session.envelope.rcptTo.map((one) => one.address), raw: await bytes(stream) });
      done();
    },
  });
  http.listen(0, '127.0.0.1');
  const mail = smtp.listen(0, '127.0.0.1');
  await Promise.all([once(http, 'listening'), once(mail, 'listening')]);
  return { http, smtp, url: `http://127.0.0.1:${http.address().port}`, port: mail.address().port };
}

describe('clients that are not ours', { skip: !OPERATOR && 'ADMIN_TOKEN is not set' }, () => {
  before(async () => {
    servers = await listen();
    const owner = { email: `owner-${randomBytes(4).toString('hex')}@clients.example`, password: randomBytes(18).toString('base64') };
    const made = await api('POST', '/api/tenants', { name: 'Clients', owner }, OPERATOR);
    shop = { id: made.tenant_id, key: made.api_key };
  });
  after(() => {
    servers.http.close();
    servers.smtp.close();
  });

  it('a mail is signed by both keys, as another DKIM library sees it', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const ed = generateKeyPairSync('ed25519');
    const seed = ed.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
    await api('PUT', '/api/v1/settings/credentials/smtp', {
      host: '127.0.0.1',
      port: servers.port,
      from: 'Clients <shop@clients.example>',
      dkim_selector: 'r1',
      dkim_key: rsa.privateKey.export({ format: 'pem', type: 'pkcs1' }),
      dkim_ed25519_selector: 'e1',
      dkim_ed25519_key: seed.toString('base64'),
    });
    // What sells something would wait for the morning.
    await api('PUT', '/api/v1/settings', { 'messages.quiet': { from: '00:00', to: '00:00' } });
    const variables = { customer_name: 'अशा' };
    await api('POST', '/api/notifications/send-message', { email: 'asha@example.com', type: 'churn_risk', variables });
    const mail = await arrival('mail', (one) => one.to.includes('asha@example.com'));
    const records = {
      'r1._domainkey.clients.example': `v=DKIM1; k=rsa; p=${rsa.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')}`,
      'e1._domainkey.clients.example': `v=DKIM1; k=ed25519; p=${ed.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')}`,
    };
    const resolver = async (name) => [[records[name]]];
    const results = async (raw) => (await dkimVerify(raw, { resolver })).results.map((one) => [one.selector, one.status.result]);
    assert.deepEqual((await results(mail.raw)).sort(), [['e1', 'pass'], ['r1', 'pass']]);
    const altered = Buffer.from(mail.raw.toString('latin1').replace('asha@example.com', 'ashu@example.com'), 'latin1');
    assert.ok((await results(altered)).every(([, result]) => result !== 'pass'));
    const head = mail.raw.toString().split('\r\n\r\n')[0];
    assert.match(head, /List-Unsubscribe-Post: List-Unsubscribe=One-Click/);
    assert.match(head.toLowerCase(), /h=[^;]*list-unsubscribe/);
  });

  it('a push is read by another decryption, and its VAPID token holds', async () => {
    const own = createECDH('prime256v1');
    own.generateKeys();
    const auth = randomBytes(16);
    const keys = { p256dh: own.getPublicKey('base64url'), auth: auth.toString('base64url') };
    const person = await api('POST', '/api/v1/contacts', { name: 'Asha', email: 'asha.push@example.com' });
    await api('POST', '/api/push/subscribe', { endpoint: `${servers.url}/push/1`, keys, contact_id: person.id });
    const variables = { product: 'Mangoes', availability_date: '1 Dec 2026' };
    await api('POST', '/api/notifications/send-message', { contact_id: person.id, channel: 'push', type: 'new_product', variables });
    const push = await arrival('http', (one) => one.path === '/push/1');
    assert.equal(push.headers['content-encoding'], 'aes128gcm');
    const said = JSON.parse(ece.decrypt(push.body, { version: 'aes128gcm', privateKey: own, authSecret: keys.auth }));
    assert.match(JSON.stringify(said), /Mangoes/);
    const [, token, key] = /^vapid t=([^,]+), ?k=(.+)$/.exec(push.headers.authorization);
    const [head, claims, signature] = token.split('.');
    const point = Buffer.from(key, 'base64url');
    const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
    const public_key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
    assert.ok(verify('sha256', Buffer.from(`${head}.${claims}`), public_key, Buffer.from(signature, 'base64url')));
    assert.equal(JSON.parse(Buffer.from(claims, 'base64url')).aud, servers.url);
  });

  it('an event is genuine to the Standard Webhooks library, and one flipped letter is not', async () => {
    const made = await api('POST', '/api/v1/webhook-endpoints', { url: `${servers.url}/events`, kinds: ['contact.saved'] });
    await api('POST', '/api/v1/contacts', { name: 'Ravi', email: 'ravi@example.com' });
    const call = await arrival('http', (one) => one.path === '/events');
    const webhook = new Webhook(made.secret);
    assert.equal(webhook.verify(call.body.toString(), call.headers).type, 'contact.saved');
    assert.throws(() => webhook.verify(call.body.toString().replace('contact', 'contacs'), call.headers));
  });

  it('a call that Twilio’s library has signed is taken, and no other', async () => {
    const token = randomBytes(16).toString('hex');
    await api('PUT', '/api/v1/settings/credentials/twilio', { account_sid: 'ACclients', auth_token: token, from: '+15550001111' });
    const url = `${origin}/webhooks/twilio/${shop.id}`;
    const fields = { MessageSid: 'SM1', From: '+919812345678', To: '+15550001111', Body: 'Is it fresh? नमस्ते', NumMedia: '0' };
    const signature = twilio.getExpectedTwilioSignature(token, url, fields);
    assert.ok(twilio.validateRequest(token, signature, url, fields));
    const call = (sent, by) => fetch(url, { method: 'POST', headers: { 'x-twilio-signature': by }, body: new URLSearchParams(sent) });
    assert.equal((await call(fields, signature)).status, 200);
    assert.ok((await call({ ...fields, Body: 'Is it fresh! नमस्ते' }, signature)).status >= 400);
    const flipped = signature.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'));
    assert.ok((await call(fields, flipped)).status >= 400);
  });
});
