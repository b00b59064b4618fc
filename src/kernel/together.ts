import type { Context, Services } from "./context.ts";
import { databaseAway, type Tx } from "./db.ts";
import { answerOf, claimKeys, completeKeys, keyName, storable, storedResults, type IdempotencyClaim } from "./idempotency.ts";

/** A kind of command of which many can be carried out in one transaction, each with a context, key, result and refusal of its own. */
export interface SharedCommand<I, R> {
  readonly name: string;
  /** What it is about, and locks: commands about the same thing wait for one another. */
  subject(input: I): string;
  /**
   * Outcomes in the order asked. What it throws undoes all of them; each is then carried out by itself.
   * @param patience  what to do where somebody else holds what a command is about: wait for it, or pass over the command as busy
   */
  carryOut(tx: Tx, asked: readonly Asked<I>[], patience: Patience): Promise<Outcome<R>[]>;
}

export type Patience = "wait" | "pass_over";

export interface Asked<I> { readonly ctx: Context; readonly input: I }

/** What became of one command of many. */
export type Outcome<R> = { readonly result: R; readonly refused?: undefined } | { readonly refused: unknown; readonly result?: undefined };

/** Outcome of a command that was passed over. */
export const BUSY: Outcome<never> = { refused: "busy" };

/** A result, and whether it is the one that an earlier request with the same key got. */
export interface Answer<R> { readonly result: R; readonly replayed: boolean }

/** Commands in one transaction: enough that its fixed costs no longer matter, few enough that none waits long for the others. */
const MOST = 16;

/**
 * Carries out a command, together with others of its kind and lender that arrive while earlier ones are under way: one transaction, one write to
 * disk, one statement of each sort for all of them. A command that comes alone is carried out at once, alone.
 */
export function carryOutTogether<I, R>(services: Services, command: SharedCommand<I, R>, asked: Asked<I>, claim: IdempotencyClaim | undefined): Promise<Answer<R>> {
  return new Promise((settle, fail) => queueOf(services, command, asked.ctx.tenantId).add({ asked, claim, settle, fail }));
}

interface Job<I, R> {
  readonly asked: Asked<I>;
  readonly claim: IdempotencyClaim | undefined;
  settle(answer: Answer<R>): void;
  fail(error: unknown): void;
}

const QUEUES = new WeakMap<Services, Map<string, Queue<unknown, unknown>>>();

function queueOf<I, R>(services: Services, command: SharedCommand<I, R>, tenantId: string): Queue<I, R> {
  const queues = QUEUES.get(services) ?? new Map<string, Queue<unknown, unknown>>();
  QUEUES.set(services, queues);
  const name = `${tenantId}/${command.name}`;
  const queue = queues.get(name) as Queue<I, R> | undefined ?? new Queue<I, R>(services, command, tenantId);
  queues.set(name, queue as Queue<unknown, unknown>);
  return queue;
}

class Queue<I, R> {
  readonly #services: Services;
  readonly #command: SharedCommand<I, R>;
  readonly #tenantId: string;
  readonly #waiting: Job<I, R>[] = [];
  #underWay = false;
  /** Subjects that somebody else held, and what gathers for each while we wait for it. */
  readonly #held = new Map<string, Job<I, R>[]>();

  constructor(services: Services, command: SharedCommand<I, R>, tenantId: string) {
    this.#services = services;
    this.#command = command;
    this.#tenantId = tenantId;
  }

  add(job: Job<I, R>): void {
    (this.#held.get(this.#subjectOf(job)) ?? this.#waiting).push(job);
    this.#next();
  }

  #subjectOf(job: Job<I, R>): string {
    return this.#command.subject(job.asked.input);
  }

  /** One transaction at a time: while it is under way the next one gathers. */
  #next(): void {
    if (this.#underWay || this.#waiting.length === 0) return;
    this.#underWay = true;
    void this.#carryOut(this.#waiting.splice(0, MOST), "pass_over").finally(() => {
      this.#underWay = false;
      this.#next();
    });
  }

  async #carryOut(jobs: readonly Job<I, R>[], patience: Patience): Promise<void> {
    const [first, repeats] = firstOfEachKey(jobs);
    try {
      const answers = await this.#inOneTransaction(first, patience);
      first.forEach((job, i) => job.settle(answers[i] as Answer<R>));
      for (const job of repeats) this.#repeat(job, first, answers);
    } catch (error) {
      for (const job of repeats) this.#waiting.push(job);
      if (error instanceof NotAll) await this.#apart(first, error, patience);
      else if (first.length === 1 || databaseAway(error)) for (const job of first) job.fail(error);
      else await this.#apart(first, { busy: new Set(), refused: new Set(first.keys()) }, patience);
    }
  }

  /** Some spoilt it for the others: those that did not go on together. A refused one is carried out as if it had come alone; busy ones wait, and nobody waits for them. */
  async #apart(jobs: readonly Job<I, R>[], { busy, refused }: Pick<NotAll, "busy" | "refused">, patience: Patience): Promise<void> {
    for (const [subject, waiting] of Map.groupBy(jobs.filter((_job, i) => busy.has(i)), (job) => this.#subjectOf(job))) void this.#await(subject, waiting);
    const others = jobs.filter((_job, i) => !busy.has(i) && !refused.has(i));
    if (others.length > 0) await this.#carryOut(others, patience);
    for (const i of refused) await this.#carryOut([jobs[i] as Job<I, R>], patience);
  }

  /** Waits for what somebody else holds; what comes for it meanwhile goes next, together. */
  async #await(subject: string, jobs: readonly Job<I, R>[]): Promise<void> {
    const others = this.#held.get(subject);
    if (others !== undefined) return void others.push(...jobs);
    const gathered: Job<I, R>[] = [...jobs];
    this.#held.set(subject, gathered);
    while (gathered.length > 0) await this.#carryOut(gathered.splice(0, MOST), "wait");
    this.#held.delete(subject);
    this.#next();
  }

  /** A request that came with another of its key gets that one's result; with another body it is carried out like any other, and refused for it. */
  #repeat(job: Job<I, R>, first: readonly Job<I, R>[], answers: readonly Answer<R>[]): void {
    const at = first.findIndex((other) => keyOf(other) === keyOf(job));
    if (first[at]?.claim?.requestHash === job.claim?.requestHash) job.settle({ result: (answers[at] as Answer<R>).result, replayed: true });
    else this.add(job);
  }

  /** Throws what a command that came alone was refused with, and NotAll where one of several was, or one was busy: nothing of the transaction is kept then, keys included. */
  async #inOneTransaction(jobs: readonly Job<I, R>[], patience: Patience): Promise<Answer<R>[]> {
    const { answers } = await this.#services.db.bracketed(this.#tenantId, {
      first: (tx) => claimKeys(tx, jobs.flatMap(({ claim }) => claim ?? [])),
      work: async (tx, claimed) => {
        const outcomes = await this.#outcomes(tx, jobs, claimed, patience);
        const places = (which: (outcome: Outcome<R>) => boolean) => new Set(outcomes.flatMap((outcome, i) => (which(outcome) ? [i] : [])));
        const [busy, refused] = [places((outcome) => outcome === BUSY), places((outcome) => outcome !== BUSY && outcome.refused !== undefined)];
        if (refused.size === 1 && jobs.length === 1) throw outcomes[0]?.refused;
        if (busy.size + refused.size > 0) throw new NotAll(busy, refused);
        const answers = outcomes.map(({ result }, i): Answer<R> => ({ result: result as R, replayed: !isNew(jobs[i] as Job<I, R>, claimed) }));
        const done = jobs.flatMap((job, i) => (job.claim !== undefined && isNew(job, claimed) ? [{ claim: job.claim, stored: storable(answers[i]?.result) }] : []));
        return { answers, done };
      },
      last: (tx, { done }) => completeKeys(tx, done),
    });
    return answers;
  }

  /** Of those whose key somebody had before, what is stored beside it. */
  async #outcomes(tx: Tx, jobs: readonly Job<I, R>[], claimed: ReadonlySet<string>, patience: Patience): Promise<Outcome<R>[]> {
    const fresh = jobs.filter((job) => isNew(job, claimed));
    const known = await storedResults(tx, jobs.flatMap((job) => (isNew(job, claimed) ? [] : job.claim ?? [])));
    const outcomes = fresh.length === 0 ? [] : await this.#command.carryOut(tx, fresh.map(({ asked }) => asked), patience);
    return jobs.map((job) => (isNew(job, claimed) ? outcomes[fresh.indexOf(job)] as Outcome<R> : storedOutcome(job.claim as IdempotencyClaim, known)));
  }
}

/** Undoes a transaction in which not all commands could be carried out; those that could not, by their place. */
class NotAll extends Error {
  readonly busy: ReadonlySet<number>;
  readonly refused: ReadonlySet<number>;
  constructor(busy: ReadonlySet<number>, refused: ReadonlySet<number>) {
    super("not all commands could be carried out");
    this.busy = busy;
    this.refused = refused;
  }
}

function isNew<I, R>({ claim }: Job<I, R>, claimed: ReadonlySet<string>): boolean {
  return claim === undefined || claimed.has(keyName(claim));
}

function storedOutcome<R>(claim: IdempotencyClaim, known: Awaited<ReturnType<typeof storedResults>>): Outcome<R> {
  try {
    return { result: answerOf(claim, known.get(keyName(claim))) as R };
  } catch (refused) {
    return { refused };
  }
}

const keyOf = <I, R>(job: Job<I, R>): string | undefined => job.claim && keyName(job.claim);

function firstOfEachKey<I, R>(jobs: readonly Job<I, R>[]): [Job<I, R>[], Job<I, R>[]] {
  const [first, repeats, seen] = [[] as Job<I, R>[], [] as Job<I, R>[], new Set<string>()];
  for (const job of jobs) {
    const key = keyOf(job);
    if (key !== undefined && seen.has(key)) repeats.push(job);
    else first.push(job);
    if (key !== undefined) seen.add(key);
  }
  return [first, repeats];
}
