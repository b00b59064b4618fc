import { html, type Html, page } from "./html.ts";
import { DEMO_KEYS } from "./keys.ts";
import { type ItemFate, MAGIC_ACCOUNTS, MAGIC_ADDRESSES, MAGIC_AMOUNTS, MAGIC_NAMES, REASON_TEXTS } from "./magic-values.ts";

const ENDPOINTS: readonly (readonly [string, string])[] = [
  ["POST /bureau/v1/enquiries", "a credit report, once per reference"],
  ["GET /bureau/v1/enquiries/{reference}", "the report again; 404 = never received, not charged"],
  ["GET /bureau/v1/statistics", "enquiries charged"],
  ["PUT /bureau/v1/persons/{scheme}/{value}", "seed a person's file"],
  ["POST /kyc/v1/verifications", "identity, pan, ssn, aadhaar, address, bank_account, sanctions, otp"],
  ["GET /kyc/v1/verifications/{reference}", "the outcome; 404 = never received"],
  ["POST /kyc/v1/verifications/{reference}/otp", "enter the code"],
  ["PUT /kyc/v1/persons/{scheme}/{value}", "seed the registry"],
  ["PUT /bank/v1/accounts/{id}", "open a lender's account; GET one or all"],
  ["POST /bank/v1/files", "pain.001 or pain.008, application/xml, Idempotency-Key"],
  ["GET /bank/v1/submissions?msgId=", "resolves a file in doubt"],
  ["GET /bank/v1/files?since=", "outbox: pain.002, camt.053, camt.054"],
  ["GET /bank/v1/files/{id}", "the XML of one file"],
  ["POST /bank/v1/business-date", "closes days and writes their statements"],
  ["POST /bank/v1/incoming-payments", "money from outside; /bulk for many"],
  ["POST /bank/v1/checkout-sessions", "a page to pay on; GET status; POST …/{id}/actions"],
  ["POST /messages/v1/messages", "SMS, e-mail, letter, WhatsApp; GET lists them"],
  ["POST /esign/v1/timestamps", "a signed timestamp token; GET /esign/v1/keys"],
];

const FAULTS: readonly (readonly [string, string])[] = [
  ["slow:2000", "waits that many milliseconds, then works"], ["error:503", "answers that status, does nothing"],
  ["drop", "does the work, then closes the socket: in doubt"], ["duplicate", "delivers the request twice"],
  ["garbage", "does the work, answers something unreadable"], ["wrong-person", "bureau and KYC answer about someone else"],
];

/** Everything a developer needs to know, from the same tables the sandbox obeys. */
export function indexPage(): string {
  return page("Loanwright sandbox", html`<h1>Loanwright sandbox</h1>
<p>Stand-ins for the credit bureau, the KYC service, the bank, the message carrier and a timestamp authority. Nobody here is real, and no money moves. <a href="/inbox">Open the inbox</a>. The full contract is in <code>sandbox/README.md</code>.</p>
<h2>Demo keys</h2>${table(["Provider", "Authorization"], Object.entries(DEMO_KEYS).map(([provider, key]) => [provider, `Bearer ${key}`]))}
<h2>Endpoints</h2>${table(["Request", "What it does"], ENDPOINTS)}
<h2>Faults: header X-Sandbox-Fault</h2>${table(["Value", "What happens"], FAULTS)}
<h2>Magic family names</h2>${table(["Family name", "Bureau", "KYC"], MAGIC_NAMES.map((each) => [each.familyName, each.bureau, each.kyc]))}
<h2>Magic account numbers</h2>${table(["Ends in", "Payout to it (pain.001)", "Collection from it (pain.008)", "KYC bank_account"], MAGIC_ACCOUNTS.map((each) => [`…${each.ending}`, fateText(each.payout), fateText(each.collection), each.kyc]))}
<h2>Magic amounts</h2>${table(["Amount", "Payout, collection or checkout is returned the next day with"], MAGIC_AMOUNTS.map((each) => [each.text, reasonText(each.reason)]))}
<h2>Magic message addresses</h2>${table(["Address", "Status", "Reason"], MAGIC_ADDRESSES.map((each) => [each.address, each.status, each.reason]))}`);
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): Html {
  return html`<div class="scroll"><table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows.map((row) =>
    html`<tr>${row.map((cell, index) => (index === 0 ? html`<td><code>${cell}</code></td>` : html`<td>${cell}</td>`))}</tr>`)}</tbody></table></div>`;
}

const reasonText = (code: string): string => `${code} (${REASON_TEXTS[code] ?? ""})`;

function fateText(fate: ItemFate): string {
  switch (fate.kind) {
    case "settle": return "settles";
    case "reject": return `${fate.afterDays === undefined ? "rejected" : `rejected after ${fate.afterDays} days`}, ${reasonText(fate.reason)}`;
    case "return": return `settles, returned after ${fate.afterDays} ${fate.afterDays === 1 ? "day" : "days"}, ${reasonText(fate.reason)}`;
    case "delay": return "accepted, settles the next day";
    case "late-report": return "settles, but the pain.002 comes the next day";
  }
}
