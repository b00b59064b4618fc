import type { Services } from "#kernel/context.ts";

/** The demonstration's hand on the sandbox bank: borrowers pay there, and it closes its days. */
export interface DemoBank {
  /** Borrowers' transfers; each counts from its value date. */
  pay(payments: readonly { reference: string; amount: string; valueDate: string; name: string }[]): Promise<void>;
  /** Closes every bank day before `date`, so that its statements can be fetched. */
  openDay(date: string): Promise<void>;
}

export function demoBank(services: Services, accountId: string, currency: string): DemoBank {
  const { sandboxUrl, sandboxKeys } = services.config;
  const post = async (path: string, body: unknown) => {
    const response = await fetch(`${sandboxUrl}/bank/v1${path}`, { method: "POST", headers: { authorization: `Bearer ${sandboxKeys.bank}`, "content-type": "application/json" }, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`sandbox bank ${path}: ${response.status} ${await response.text()}`);
  };
  return {
    async pay(payments) {
      if (payments.length === 0) return;
      await post("/incoming-payments/bulk", {
        payments: payments.map((p) => ({ accountId, amount: p.amount, currency, valueDate: p.valueDate, debtor: { name: p.name }, remittance: `Installment ${p.reference}`, endToEndId: `${p.reference}-${p.valueDate.replaceAll("-", "")}`, reference: `${p.reference}-${p.valueDate}` })),
      });
    },
    openDay: (date) => post("/business-date", { date, accountIds: [accountId] }),
  };
}
