import { sealAudit } from "#kernel/audit-chain.ts";
import { makeBackup } from "#kernel/backup/make-backup.ts";
import { restoreBackup, type RestoreReport } from "#kernel/backup/restore-backup.ts";
import type { Config } from "#kernel/config.ts";
import { keyringFrom } from "#kernel/crypto.ts";
import { makeQueues, openQueue } from "#kernel/jobs.ts";
import { openServices } from "../open-services.ts";
import { Misuse, type Command, type Outcome } from "./command.ts";

/** Writes one snapshot of everything but the master key into a new folder. */
export const backup: Command = async ({ open, tenants, options }) => {
  if (options.to === undefined) throw new Misuse("name a new folder with --to");
  // So that hardly a record is without its link in the copy; those of transactions still running are not waited for.
  for (const tenantId of tenants) while (await sealAudit(open.services, tenantId) > 0) { /* a batch at a time */ }
  return { ok: true, answer: await makeBackup(open.services, open.ownerUrl, options.to) };
};

/** Puts a backup into the empty installation that the configuration names, and its waiting jobs into the queue. */
export async function restore(config: Config, folder: string | undefined): Promise<Outcome> {
  if (folder === undefined) throw new Misuse("name the backup's folder with --from");
  let report: RestoreReport | undefined;
  const open = await openServices(config, {
    applicationName: "loanwright-cli", keepDatabaseRunning: true,
    beforeMigrate: async (ownerUrl, appPassword) => {
      report = await restoreBackup({ folder, ownerUrl, appPassword, dataDir: config.dataDir, keys: keyringFrom(config.masterKey) });
    },
  });
  try {
    const queued = report?.queued ?? [];
    const boss = await openQueue(open.services, open.appUrl, open.ownerUrl);
    await makeQueues(boss, [...new Set(queued.map((job) => job.name))]);
    for (const { name, data, startAfter, singletonKey, retryLimit } of queued) {
      await boss.send(name, data, { startAfter, retryLimit, retryBackoff: true, retryDelay: 1, ...(singletonKey === null ? {} : { singletonKey }) });
    }
    await boss.stop({ graceful: false });
    return { ok: true, answer: { ...report, queued: queued.length } };
  } finally {
    await open.close();
  }
}
