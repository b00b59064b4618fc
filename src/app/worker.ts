import "./node-version.ts";
import { setTimeout as wait } from "node:timers/promises";
import { sealAudit } from "#kernel/audit-chain.ts";
import type { Services } from "#kernel/context.ts";
import { buildServer } from "#kernel/http/server.ts";
import { makeQueues, openQueue, workOn } from "#kernel/jobs.ts";
import type { JobDefinition, ModuleDefinition } from "#kernel/module.ts";
import { relayOutbox, subscriberJobs } from "#kernel/relay.ts";
import { tenantIds } from "#kernel/tenants.ts";
import { loadConfig } from "#kernel/config.ts";
import { openServices } from "./open-services.ts";
import { wire } from "./wiring.ts";

export interface Worker {
  stop(): Promise<void>;
}

/**
 * Takes work from the queue, relays the outbox and seals the audit chain, for all tenants. Any number of workers may run.
 * @param takeJobs false: this process only sends jobs (an API process)
 */
export async function startWorker(services: Services, modules: readonly ModuleDefinition[], urls: { appUrl: string; ownerUrl?: string }, takeJobs = true): Promise<Worker> {
  const boss = await openQueue(services, urls.appUrl, urls.ownerUrl);
  const subscribers: ModuleDefinition = { name: "relay", jobs: subscriberJobs(modules) as unknown as readonly JobDefinition[] };
  const all = [...modules, subscribers];
  await makeQueues(boss, all.flatMap((m) => (m.jobs ?? []).map((job) => job.name)));
  if (!takeJobs) return { stop: () => boss.stop({ graceful: false }) };
  await workOn(services, boss, all);
  let stopped = false;
  const loop = (async () => {
    while (!stopped) {
      let busy = false;
      for (const tenantId of await tenantIds(services).catch(() => [] as string[])) {
        try {
          busy = (await relayOutbox(services, boss, modules, tenantId)) > 0 || busy;
          busy = (await sealAudit(services, tenantId)) >= 5_000 || busy;
        } catch (error) {
          if (!stopped) services.log.error({ err: error, tenantId }, "relay");
        }
      }
      if (!busy) await wait(200);
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await loop;
      await boss.stop({ graceful: true, timeout: 5_000 });
    },
  };
}

if (import.meta.main) {
  const open = await openServices(loadConfig(process.env), { applicationName: "loanwright-worker", keepDatabaseRunning: true });
  const wiring = wire(open.services);
  // Lists are described beside their routes, and exports of them are made here: the server is built and does not listen.
  await buildServer({ services: open.services, ...wiring });
  const worker = await startWorker(open.services, wiring.modules, open);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void worker.stop().then(() => open.close()).then(() => process.exit(0)));
  }
  console.log("Worker ready.");
}
