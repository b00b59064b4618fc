import type { Config } from "./config.ts";
import type { Clock } from "./clock.ts";
import type { Ids, Random } from "./ids.ts";
import type { Database, Tx } from "./db.ts";
import type { Keyring } from "./crypto.ts";
import type { Outbound } from "./outbound.ts";
import { answerOf, claimKeys, completeKeys, keyName, storable, storedResults, type IdempotencyClaim } from "./idempotency.ts";
import type { Actor } from "./permissions.ts";
import { carryOutTogether, type SharedCommand } from "./together.ts";

/** Everything the program injects, made once in app/wiring.ts. */
export interface Services {
  readonly config: Config;
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly keys: Keyring;
  readonly outbound: Outbound;
  readonly log: Log;
}

export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** One request, job or command line call: who acts, in which tenant, with which services. */
export interface Context {
  readonly tenantId: string;
  readonly actor: Actor;
  readonly requestId: string;
  /** Why the actor does it, where a reason was asked for. */
  readonly reason?: string;
  readonly services: Services;
  readonly ids: Ids;
  /**
   * Carries out one command in one transaction. When the request brought an idempotency key, the key is claimed in this
   * very transaction and a repeat gets the first result back without running `work` again.
   * The result must be data (bigints allowed): it is stored for ever beside the key.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** The same for a command of which many arrive at once: those that do share a transaction, each with its own key, result and refusal. */
  together<I, R>(command: SharedCommand<I, R>, input: I): Promise<R>;
  /** Reads in one read-only transaction. */
  read<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** True after `transaction` or `together` answered from a stored result. */
  readonly replayed: boolean;
}

export interface ContextInput {
  readonly tenantId: string;
  readonly actor: Actor;
  readonly requestId: string;
  readonly reason?: string;
  readonly idempotency?: IdempotencyClaim;
}

/** Makes the context of one request. The idempotency key is good for the first transaction of the request only. */
export function makeContext(services: Services, input: ContextInput): Context {
  let claim = input.idempotency;
  let replayed = false;
  const takeClaim = () => {
    const mine = claim;
    claim = undefined;
    return mine;
  };
  const context: Context = {
    tenantId: input.tenantId,
    actor: input.actor,
    requestId: input.requestId,
    reason: input.reason,
    services,
    ids: services.ids,
    get replayed() {
      return replayed;
    },
    transaction: (work) => {
      const mine = takeClaim();
      if (mine === undefined) return services.db.transaction(input.tenantId, work);
      return services.db.bracketed(input.tenantId, {
        first: (tx) => claimKeys(tx, [mine]),
        work: async (tx, claimed) => {
          replayed = claimed.size === 0;
          if (replayed) return { result: answerOf(mine, (await storedResults(tx, [mine])).get(keyName(mine))) as Awaited<ReturnType<typeof work>>, done: [] };
          const result = await work(tx);
          return { result, done: [{ claim: mine, stored: storable(result) }] };
        },
        last: (tx, { done }) => completeKeys(tx, done),
      }).then(({ result }) => result);
    },
    together: async (command, given) => {
      const answer = await carryOutTogether(services, command, { ctx: context, input: given }, takeClaim());
      replayed = answer.replayed;
      return answer.result;
    },
    read: (work) => services.db.transaction(input.tenantId, work, "read"),
  };
  return context;
}
