/** What the bank's reason codes mean to a person. Source: ISO 20022 external code set ExternalStatusReason1Code and ExternalReturnReason1Code. */
const REASONS: Readonly<Record<string, string>> = {
  AC01: "the account number is wrong", AC04: "the account is closed", AC06: "the account is blocked", AG01: "this kind of payment is not allowed on the account", AM01: "the amount is zero", AM03: "the currency is not processed", AM04: "not enough money on the account",
  AM12: "the amount is not a valid one", BE05: "the sender is not recognised", MD01: "there is no mandate", MD06: "the payer asked for the money back", MD07: "the account holder has died", MS02: "the account holder refused, without a reason", MS03: "the bank gave no reason", RR04: "a regulatory reason",
};

/** @example bankReason("AC04", t) is "AC04: the account is closed" */
export function bankReason(code: string | null | undefined, t: (text: string) => string): string {
  const meaning = REASONS[/\b[A-Z]{2}\d{2}\b/.exec(code ?? "")?.[0] ?? ""];
  return code === null || code === undefined ? "–" : meaning === undefined ? code : `${code}: ${t(meaning)}`;
}
