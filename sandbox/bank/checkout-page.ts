import { html, page } from "../html.ts";
import { toText } from "../money-text.ts";
import type { CheckoutSession } from "./checkout.ts";

/** The page on which a person pays, or does not. */
export function checkoutPage(session: CheckoutSession): string {
  const amount = `${toText(session.minor, session.currency)} ${session.currency}`;
  const head = html`<h1>Sandbox Bank: pay ${amount}</h1><div class="card"><p>${session.description}</p><p class="muted">Reference ${session.reference}. No real money moves here.</p></div>`;
  if (session.status !== "open") {
    return page("Payment", html`${head}<p role="status">This payment is <strong>${session.status}</strong>.</p><p><a href="${session.returnUrl}">Back to the lender</a></p>`);
  }
  return page("Payment", html`${head}<form class="stack" method="post" action="/checkout/${session.id}">
<button class="main" name="action" value="pay">Pay ${amount}</button>
<button name="action" value="fail">Fail</button>
<button name="action" value="lose">Pay, but lose the answer</button></form>
<p class="muted">The last one takes the money and tells nobody, as when a connection breaks: the lender has to ask.</p>`);
}

/** What a person sees when the answer was lost. */
export const lostPage = (): string =>
  page("Connection lost", html`<h1>Connection lost</h1><p role="status">The payment went through, but the answer did not reach the lender. Close this page.</p>`);
