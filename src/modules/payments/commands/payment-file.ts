import type { BankAccountNumber } from "../ports.ts";

/** A file on its way: written and kept, so that what is handed over twice is the same file. */
export interface Batch { readonly id: string; readonly messageId: string; readonly xml: string }

/** "HDFC0000001/5010…" to bank code and account. */
export function accountNumber(scheme: BankAccountNumber["scheme"], text: string): BankAccountNumber {
  const [first = "", second] = text.split("/");
  return second === undefined ? { scheme, account: first } : { scheme, bankCode: first, account: second };
}
