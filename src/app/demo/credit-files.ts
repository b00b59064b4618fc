import type { Services } from "#kernel/context.ts";
import type { demoApplication } from "#modules/origination/index.ts";
import { pooled } from "./pool.ts";

/**
 * Gives the sandbox bureau a file for each applicant that says what the applicant's own answers say: earlier credit kept well, or with a
 * late month where the past applicant had been late. Without it the bureau would make files by chance, and the policy would decide by them.
 */
export async function giveCreditFiles(services: Services, applications: readonly ReturnType<typeof demoApplication>[]): Promise<void> {
  const { sandboxUrl, sandboxKeys } = services.config;
  await pooled(applications, 8, async ({ answers = {} }) => {
    const late = answers["creditHistory"] === "delay";
    const none = answers["creditHistory"] === "none";
    const grid = Array.from({ length: 24 }, (_v, i) => ({ month: monthBack(i + 1), dpd: late && i === 5 ? 35 : 0 }));
    const body = {
      country: "IN", person: { givenName: answers["givenName"], familyName: answers["familyName"], birthDate: answers["birthDate"], identifiers: [{ scheme: "PAN", value: answers["pan"] }] },
      score: late ? 640 : none ? 690 : 745, enquiries: [], tradelines: none ? [] : [{ kind: "consumer_durable", openedDate: "2023-11-10", amount: "40000.00", balance: "8000.00", monthlyPayment: "1500.00", grid }],
    };
    const response = await fetch(`${sandboxUrl}/bureau/v1/persons/PAN/${String(answers["pan"])}`, { method: "PUT", headers: { authorization: `Bearer ${sandboxKeys.bureau}`, "content-type": "application/json" }, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`sandbox bureau: ${response.status} ${await response.text()}`);
  });
}

/** The month `back` months before January 2026, when the demonstration begins. */
function monthBack(back: number): string {
  const month = 2026 * 12 - back;
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;
}
