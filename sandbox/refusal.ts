/** Why a request is not accepted; the HTTP layer writes it as application/problem+json. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly extra: Readonly<Record<string, unknown>>;
  constructor(status: number, code: string, detail: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.extra = extra;
  }
}

export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

/** A refusal naming each wrong field. */
export const invalid = (errors: readonly FieldError[]): Refusal =>
  new Refusal(400, "sandbox.invalid", errors.map((each) => `${each.pointer}: ${each.detail}`).join("; "), { errors });
