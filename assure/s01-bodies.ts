import type { Client } from "./client.ts";

/** Sessions of those who try, and of the borrower whose objects they name. */
interface People { readonly owner: string; readonly other: string; readonly prairieServicing: string; readonly prairieOfficer: string }

interface Attempt { readonly who: string; readonly token: string; readonly path: string; readonly body: (named: { number: string; loanId: string; applicationId: string }) => unknown }

const rupees = (amount: string) => ({ amount, currency: "INR" });
const dollars = (amount: string) => ({ amount, currency: "USD" });

function upload(ownerKind: string, ownerId: string): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ownerKind, ownerId, purpose: "passport" })) form.append(name, value);
  form.append("file", new Blob(["%PDF-1.4\n%%EOF\n"], { type: "application/pdf" }), "paper.pdf");
  return form;
}

/** Foreign objects named inside a body rather than in the address: answered as if nobody had them, and nothing is done. */
export async function namedInBodies(client: Client, people: People, fault: (text: string) => void): Promise<number> {
  const first = async (path: string) => ((await client.must("GET", path, { token: people.owner })).body["items"] as { id: string; number: string }[])[0];
  const [loan, application] = [await first("/v1/loan-accounts"), await first("/v1/applications")];
  if (loan === undefined || application === undefined) throw new Error("the first borrower has no loan and application to name");
  const real = { number: loan.number, loanId: loan.id, applicationId: application.id };
  const absent = { number: "LN99999999", loanId: "la_000000000000000000000", applicationId: "app_00000000000000000000" };
  const attempts: Attempt[] = [
    { who: "another borrower", token: people.other, path: "/v1/checkout-sessions", body: ({ number }) => ({ reference: number, amount: rupees("100.00"), description: "Theirs", returnUrl: "http://127.0.0.1/" }) },
    { who: "another borrower", token: people.other, path: "/v1/documents", body: ({ applicationId }) => upload("application", applicationId) },
    { who: "another borrower", token: people.other, path: "/v1/documents", body: ({ loanId }) => upload("loan_account", loanId) },
    { who: "another lender's officer", token: people.prairieOfficer, path: "/v1/documents", body: ({ applicationId }) => upload("application", applicationId) },
    { who: "another lender's agent", token: people.prairieServicing, path: "/v1/checkout-sessions", body: ({ number }) => ({ reference: number, amount: dollars("100.00"), description: "Theirs", returnUrl: "http://127.0.0.1/" }) },
    { who: "another lender's agent", token: people.prairieServicing, path: "/v1/repayments/bulk", body: ({ number }) => ({ lines: [{ loan: number, amount: rupees("10.00"), valueDate: "2026-01-01", channel: "cash", reference: "bulk-1" }] }) },
    { who: "another lender's agent", token: people.prairieServicing, path: "/v1/repayments/bulk", body: ({ loanId }) => ({ lines: [{ loan: loanId, amount: rupees("10.00"), valueDate: "2026-01-01", channel: "cash", reference: "bulk-2" }] }) },
  ];
  for (const { who, token, path, body } of attempts) {
    const ask = async (named: typeof real) => {
      const { status, text } = await client.call("POST", path, { token, body: body(named) });
      return { status, text: text.replace(/req_[0-9a-z]+/g, "req").replaceAll(named.number, "NUMBER").replaceAll(named.loanId, "LOAN").replaceAll(named.applicationId, "APPLICATION") };
    };
    const [theirs, none] = [await ask(real), await ask(absent)];
    if (theirs.status !== none.status || theirs.text !== none.text) fault(`${who} can tell a foreign object named in the body of POST ${path} from none: ${theirs.status} ${theirs.text.slice(0, 200)} / ${none.status} ${none.text.slice(0, 200)}`);
    else if (theirs.status < 300 && !/"posted":0\b/.test(theirs.text)) fault(`${who} gets ${theirs.status} from POST ${path} for a foreign object named in its body: ${theirs.text.slice(0, 200)}`);
  }
  return attempts.length * 2;
}
