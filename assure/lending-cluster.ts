import { openServices } from "#app/open-services.ts";
import { seedLenders } from "#app/seed.ts";
import { wire, type Wiring } from "#app/wiring.ts";
import { loadConfig } from "#kernel/config.ts";
import type { Services } from "#kernel/context.ts";
import { clientOf, type Client } from "./client.ts";
import { startCluster, type Cluster } from "./cluster.ts";
import { makeLoans, type MadeLoan } from "./loans.ts";

/** Several API processes on one real database, two lenders, and loans of bharat to pay. */
export interface LendingCluster {
  readonly cluster: Cluster;
  readonly tenantId: string;
  readonly businessDate: string;
  readonly loans: readonly MadeLoan[];
  /** Session of a servicing agent of bharat; empty when there is no API to sign in at. */
  readonly token: string;
  readonly client: Client;
  readonly wiring: Wiring;
  /** The test's own hand on the database; made anew after the database was killed. */
  services(): Services;
  reopen(): Promise<void>;
  close(): Promise<void>;
}

export async function startLendingCluster(options: { apis: number; loans: number; seed?: number; environment?: Readonly<Record<string, string>>; settings?: Readonly<Record<string, string>> }): Promise<LendingCluster> {
  const cluster = await startCluster({ apis: options.apis, environment: options.environment, settings: options.settings });
  try {
    const tenantId = "tn_bharat";
    const open = () => openServices(loadConfig({ ...cluster.environment }), { applicationName: "loanwright-check", keepDatabaseRunning: true });
    let opened = await open();
    const wiring = wire(opened.services);
    await seedLenders(opened.services, wiring);
    const loans = await makeLoans(opened.services, tenantId, options.loans, options.seed);
    const businessDate = await opened.services.db.transaction(tenantId, async (tx) => tx.businessDate, "read");
    const client = clientOf(cluster.apis[0]?.url ?? "");
    const token = cluster.apis.length === 0 ? "" : await client.signInStaff("bharat", "servicing");
    return {
      cluster, tenantId, businessDate, loans, token, client, wiring,
      services: () => opened.services,
      reopen: async () => {
        await opened.close().catch(() => undefined);
        opened = await open();
      },
      close: async () => {
        await opened.close().catch(() => undefined);
        await cluster.close();
      },
    };
  } catch (error) {
    await cluster.close();
    throw error;
  }
}

/** The body of a repayment in rupees. */
export function repaymentBody(businessDate: string, amount: string): string {
  return JSON.stringify({ amount: { amount, currency: "INR" }, valueDate: businessDate, channel: "bank_transfer" });
}

/** Headers of a JSON command by a signed-in client. */
export function commandHeaders(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}`, "content-type": "application/json" };
}
