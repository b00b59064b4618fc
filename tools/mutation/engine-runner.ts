import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { declareClassPlugin, declareValuePlugin, PluginKind } from "@stryker-mutator/api/plugin";
import { determineHitLimitReached, DryRunStatus, TestStatus, toMutantRunResult } from "@stryker-mutator/api/test-runner";
import type { DryRunResult, FailedTestResult, MutantRunOptions, MutantRunResult, TestResult, TestRunner, TestRunnerCapabilities } from "@stryker-mutator/api/test-runner";
import { INSTRUMENTER_CONSTANTS } from "@stryker-mutator/api/core";
import type { InstrumenterContext } from "@stryker-mutator/api/core";
import { collectTests } from "./collect-tests.ts";
import type { CollectedTest } from "./collect-tests.ts";

/** A mutant not noticed within this time counts as one that lived: the score errs on the low side. */
const BUDGET_MS = Number(process.env["MUTANT_BUDGET_MS"] ?? 1500);
/** The worked examples that stand beside the file under test: they are asked first. */
const OWN_TESTS = process.env["MUTANT_OWN_TESTS"] ?? "";
/** How long each test that passes without a mutant takes. */
const LEARNT = "learnt.json";

/**
 * Runs the engine's tests against its mutants within one process: the instrumented engine is loaded once, a mutant is switched on
 * by a global, and only the tests that reach it are run, up to the first that fails.
 */
class EngineRunner implements TestRunner {
  static readonly inject = [] as const;
  #tests: CollectedTest[] = [];
  readonly #spent = new Map<string, number>();
  readonly #kills = new Map<string, number>();
  #deadline = Number.POSITIVE_INFINITY;
  #hits = 0;
  #isRunaway = false;
  readonly #context: InstrumenterContext = ((globalThis as unknown as Record<string, InstrumenterContext>)[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {});

  capabilities(): TestRunnerCapabilities {
    return { reloadEnvironment: false };
  }

  async init(): Promise<void> {
    this.#tests = await collectTests(process.cwd());
    // A process that takes over from another goes by what that one learnt: it has no dry run of its own.
    if (!existsSync(LEARNT)) return;
    for (const [id, ms] of JSON.parse(readFileSync(LEARNT, "utf8")) as [string, number][]) this.#spent.set(id, ms);
    this.#tests = this.#tests.filter((t) => this.#spent.has(t.id));
    this.#sharpestFirst();
  }

  async dryRun(): Promise<DryRunResult> {
    this.#context.activeMutant = undefined;
    this.#context.hitLimit = undefined;
    const tests: TestResult[] = this.#tests.map((test) => this.#play(test));
    for (const test of tests) this.#spent.set(test.id, test.timeSpentMs);
    this.#sharpestFirst();
    // A test that fails without a mutant proves nothing: it is left out, and said so.
    const failing = tests.filter((t): t is FailedTestResult => t.status === TestStatus.Failed);
    for (const test of failing) appendFileSync("left-out.txt", `${test.id}: ${test.failureMessage.replaceAll(/\s+/g, " ")}\n`);
    const out = new Set(failing.map((t) => t.id));
    this.#tests = this.#tests.filter((t) => !out.has(t.id));
    writeFileSync(LEARNT, JSON.stringify([...this.#spent].filter(([id]) => !out.has(id))));
    return { status: DryRunStatus.Complete, tests: tests.filter((t) => !out.has(t.id)), mutantCoverage: this.#context.mutantCoverage };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const context = this.#context;
    const filter = options.testFilter && new Set(options.testFilter);
    context.mutantCoverage = undefined;
    context.hitCount = 0;
    this.#limitHits(options.hitLimit ?? Number.MAX_SAFE_INTEGER);
    context.activeMutant = options.activeMutant.id;
    const tests: TestResult[] = [];
    const end = performance.now() + BUDGET_MS;
    try {
      for (const test of this.#tests) {
        if (filter && !filter.has(test.id)) continue;
        if (performance.now() > end) break;
        this.#deadline = performance.now() + Math.max(1500, 20 * (this.#spent.get(test.id) ?? 0));
        const result = this.#play(test);
        tests.push(result);
        const runaway = this.#isRunaway ? { status: DryRunStatus.Timeout as const, reason: `no end in ${test.id}` } : determineHitLimitReached(context.hitCount, options.hitLimit);
        if (runaway) return toMutantRunResult(runaway);
        if (result.status === TestStatus.Failed) this.#kills.set(test.id, (this.#kills.get(test.id) ?? 0) + 1);
        if (result.status === TestStatus.Failed && !options.disableBail) break;
      }
      this.#sharpestFirst();
    } finally {
      context.activeMutant = undefined;
    }
    return toMutantRunResult({ status: DryRunStatus.Complete, tests });
  }

  /** Tests of the file itself first, then those that killed most for the time they take, then the quickest: few mutants meet more than a handful. */
  #sharpestFirst(): void {
    const cost = (test: CollectedTest) => (this.#spent.get(test.id) ?? 0) / (1 + (this.#kills.get(test.id) ?? 0));
    const rank = new Map(this.#tests.map((test) => [test.id, test.file === OWN_TESTS ? cost(test) - 1e9 : cost(test)]));
    this.#tests.sort((a, b) => (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0));
  }

  /** The instrumented code asks for the limit at each hit of the mutant: a loop that never ends is told so by the clock, without killing the process. */
  #limitHits(limit: number): void {
    this.#isRunaway = false;
    const read = (): number => {
      if ((this.#hits++ & 1023) === 0 && performance.now() > this.#deadline) this.#isRunaway = true;
      return this.#isRunaway ? -1 : limit;
    };
    Object.defineProperty(this.#context, "hitLimit", { configurable: true, get: read, set: (_limit: unknown) => {} });
  }

  #play(test: CollectedTest): TestResult {
    const start = performance.now();
    this.#context.currentTestId = test.id;
    const head = () => ({ id: test.id, name: test.id, timeSpentMs: performance.now() - start });
    try {
      test.run();
      return { ...head(), status: TestStatus.Success };
    } catch (error) {
      return { ...head(), status: TestStatus.Failed, failureMessage: error instanceof Error ? error.message.slice(0, 300) : String(error) };
    } finally {
      this.#context.currentTestId = undefined;
    }
  }
}

type Node = { type: string; arguments?: unknown[]; callee?: { name?: string }; start?: number };
type Path = { node: Node; parentPath: Path | null };

/** Words that only people read (what a refusal or a fault says) may be put differently without a test noticing. */
const wording = {
  shouldIgnore(path: unknown): string | undefined {
    const { node, parentPath } = path as Path;
    if (node.type !== "StringLiteral" && node.type !== "TemplateLiteral") return undefined;
    const parent = parentPath?.node;
    if (!parent?.arguments) return undefined;
    const callee = parent.callee?.name;
    const at = parent.arguments.indexOf(node);
    if (callee === "RangeError" || callee === "Error") return "wording of a fault";
    return (callee === "refuse" || callee === "EngineRefusal") && at === 1 ? "wording of a refusal" : undefined;
  },
};

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, "engine", EngineRunner), declareValuePlugin(PluginKind.Ignore, "wording", wording)];
