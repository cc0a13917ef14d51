// The pages in a real browser: `cargo x test` runs this against a demo of its own. By hand, against a running one:
//   ORIGIN_URL=… SIM_URL=… ADMIN_USERNAME=… ADMIN_PASSWORD=… [ORIGIN_SHOTS=folder] node run.mjs
import './flows/branding.mjs';
import './flows/buy.mjs';
import './flows/domains.mjs';
import './flows/files.mjs';
import './flows/office.mjs';
import './flows/security.mjs';
import './flows/passkeys.mjs';
import './flows/sso.mjs';
import './flows/invoices.mjs';
import './flows/subscriptions.mjs';
import './flows/entitlements.mjs';
import './flows/imports.mjs';
import './flows/contacts.mjs';
import './flows/segments.mjs';
import './flows/rounds.mjs';
import './flows/reconcile.mjs';
import './flows/matching.mjs';
import './flows/recovery.mjs';
import './flows/consent.mjs';
import './flows/campaigns.mjs';
import './flows/inbox.mjs';
import './flows/channels.mjs';
import './flows/usage.mjs';
import './flows/webhooks.mjs';
import './flows/clients.mjs';
import './flows/test_mode.mjs';
