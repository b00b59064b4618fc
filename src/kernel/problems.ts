/**
 * Refusals: everything the platform declines to do, each with a code that never changes.
 *
 * A module lists its refusals once, in `problems.ts`, and throws them through the returned function:
 *
 *     export const problem = defineProblems({
 *       "loan.not_active": { status: 409, title: "Loan account is not active", fix: "Choose an active loan." },
 *     });
 *     throw problem("loan.not_active", `Loan account ${number} is closed.`);
 */
export interface ProblemDefinition {
  readonly status: 400 | 401 | 403 | 404 | 409 | 412 | 413 | 415 | 422 | 428 | 429 | 503;
  readonly title: string;
  /** What the reader can do about it, one sentence; printed on the reference page and on screens. */
  readonly fix: string;
}

/** One field that was refused: where (JSON pointer into the request), which rule, and what to do. */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly fix: string;
  readonly errors: readonly FieldError[];
  /** Extra members for programs, for instance `currentVersion`; never personal data. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: string, definition: ProblemDefinition, detail?: string, more: ProblemMore = {}) {
    super(detail ?? definition.title);
    this.name = "Problem";
    this.code = code;
    this.status = definition.status;
    this.title = definition.title;
    this.fix = definition.fix;
    this.errors = more.errors ?? [];
    this.extra = more.extra ?? {};
  }
}

export interface ProblemMore {
  readonly errors?: readonly FieldError[];
  readonly extra?: Readonly<Record<string, unknown>>;
}

const registry = new Map<string, ProblemDefinition>();

/** Registers a module's refusals and returns the function that makes them. Codes are unique in the whole program. */
export function defineProblems<const T extends Record<string, ProblemDefinition>>(definitions: T) {
  for (const [code, definition] of Object.entries(definitions)) {
    if (!/^[a-z][a-z_]*\.[a-z][a-z0-9_]*$/.test(code)) throw new RangeError(`problem code ${code} is not noun.condition`);
    if (registry.has(code)) throw new RangeError(`problem code ${code} is defined twice`);
    registry.set(code, definition);
  }
  return (code: keyof T & string, detail?: string, more?: ProblemMore): Problem =>
    new Problem(code, definitions[code] as ProblemDefinition, detail, more);
}

/** Every refusal known so far, for the reference page and the OpenAPI document. */
export function allProblems(): ReadonlyMap<string, ProblemDefinition> {
  return registry;
}

/** True for a refusal with this code. */
export function isProblem(error: unknown, code?: string): error is Problem {
  return error instanceof Problem && (code === undefined || error.code === code);
}
