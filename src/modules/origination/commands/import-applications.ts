import { createHash } from "node:crypto";
import { parse } from "csv-parse/sync";
import { parseAmount } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import { canonicalJson } from "#kernel/codec.ts";
import type { Progress } from "#kernel/job-progress.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { Problem, type FieldError } from "#kernel/problems.ts";
import { currentTenant } from "#kernel/tenants.ts";
import { problem } from "../problems.ts";
import { startIn, submitIn } from "./start-application.ts";

export interface ImportedLine { readonly line: number; readonly state: "accepted" | "refused" | "duplicate"; readonly applicationId: string | null; readonly number: string | null; readonly errors: readonly FieldError[] }

const MAX_LINES = 5000;

/**
 * Takes applications from a table: one line each, columns `productCode`, `amount`, `termMonths`, `locale`, `consents` (purposes with blanks between) and the
 * fields of the product's form; an address as `address.line1` and so on. Good lines are handed in, bad ones come back with every fault.
 * The same line again (same `reference`, or same content) is told as a duplicate. May raise import.unreadable.
 * Stopped half-way, the rest of the table can be sent again: what was taken is told as a duplicate.
 */
export async function importApplications(ctx: Context, csv: string, progress?: Progress): Promise<readonly ImportedLine[]> {
  const scope = requirePermission(ctx.actor, "application.case.import");
  const rows = readTable(csv);
  progress?.total(rows.length);
  const results: ImportedLine[] = [];
  for (const [i, row] of rows.entries()) {
    const line = i + 2;
    if (progress?.heedStop() === true) break;
    try {
      results.push(await importLine(ctx, scope, row, line));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      results.push({ line, state: "refused", applicationId: null, number: null, errors: error.errors.length > 0 ? error.errors : [{ pointer: "", code: error.code, detail: error.message }] });
      for (const fault of results.at(-1)?.errors ?? []) progress?.fail(`line ${line}${fault.pointer.replaceAll("/", " ")}`, fault.detail);
    }
    progress?.step(1, results.at(-1)?.state === "refused" ? 1 : 0);
  }
  return results;
}

function readTable(csv: string): Record<string, string>[] {
  let rows: Record<string, string>[];
  try {
    rows = parse(csv, { columns: true, bom: true, trim: true, skip_empty_lines: true, relax_column_count: false });
  } catch (error) {
    throw problem("import.unreadable", (error as Error).message.slice(0, 300));
  }
  if (rows.length === 0 || rows.length > MAX_LINES) throw problem("import.unreadable", `It has ${rows.length} lines; 1 to ${MAX_LINES} can be taken at once.`);
  return rows;
}

async function importLine(ctx: Context, scope: "tenant" | "branch" | "own", row: Readonly<Record<string, string>>, line: number): Promise<ImportedLine> {
  const { productCode = "", amount = "", termMonths = "", locale, consents = "", reference, ...fields } = row;
  const key = reference === undefined || reference === "" ? createHash("sha256").update(canonicalJson(row)).digest("hex") : reference;
  return ctx.services.db.transaction(ctx.tenantId, async (tx) => {
    const taken = await tx.run("origination.import.claim", "INSERT INTO origination.imported_line (line_key, taken_at) VALUES ($1, $2) ON CONFLICT DO NOTHING", [key, tx.now]);
    if (taken === 0) return { line, state: "duplicate", applicationId: null, number: null, errors: [] };
    const { currency } = await currentTenant(tx);
    const errors: FieldError[] = [];
    let money = { minor: 0n, currency };
    try {
      money = parseAmount(amount, currency);
    } catch {
      errors.push({ pointer: "/amount", code: "field.amount", detail: `Write an amount of ${currency} as a plain number.` });
    }
    if (!/^\d{1,3}$/.test(termMonths)) errors.push({ pointer: "/termMonths", code: "field.integer", detail: "Write the number of months." });
    if (errors.length > 0) throw problem("application.incomplete", undefined, { errors });
    const started = await startIn(tx, ctx, {
      productCode, amount: money, termMonths: Number(termMonths), channel: "import", locale: locale === "hi" ? "hi" : "en", answers: nested(fields), consents: consents.split(/\s+/).filter((c) => c !== "").map((purpose) => ({ purpose, given: true })),
    });
    await submitIn(tx, ctx, scope, started.applicationId);
    return { line, state: "accepted", ...started, errors: [] };
  });
}

/** `address.city` becomes a part of the address. */
function nested(fields: Readonly<Record<string, string>>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const [first = "", second] = name.split(".");
    if (second === undefined) out[first] = value;
    else out[first] = { ...(out[first] as object | undefined), [second]: value };
  }
  return out;
}
