/**
 * Lists: the one place where SQL text is put together, and only from fragments written in source files.
 * A request chooses columns, operators and order by name; its values travel as parameters.
 */
import { money, toMoneyJson } from "#engine/money.ts";
import type { Row, Tx } from "./db.ts";
import { problem } from "./kernel-problems.ts";

type Kind = "text" | "integer" | "money" | "rate" | "date" | "instant" | "boolean";

export interface ListColumn {
  /** SQL expression over the list's `from`. */
  readonly sql: string;
  readonly kind: Kind;
  /** SQL expression of the currency, for money columns. */
  readonly currencySql?: string;
  readonly filter?: boolean;
  readonly sort?: boolean;
  /** Never null, so that an index in plain order serves in both directions. */
  readonly required?: boolean;
  readonly label: string;
}

export interface ListDefinition {
  /** For instance servicing.loans; names the prepared statements and the saved views. */
  readonly name: string;
  readonly from: string;
  /** A condition that always holds, without parameters. */
  readonly where?: string;
  readonly columns: Readonly<Record<string, ListColumn>>;
  /** Expressions that free text is looked for in, without regard to case. */
  readonly search?: readonly string[];
  /** Unique, never null; makes the order total. */
  readonly key: string;
  readonly defaultSort: string;
  /** SQL of the record's branch and owner, for scopes narrower than the tenant: an expression, or, where a record has several owners, a condition on the party $1. */
  readonly scope?: { readonly branch?: string; readonly own?: string };
}

export interface ListQuery {
  readonly q?: string;
  /** column:operator:value; operators eq ne lt le gt ge in has */
  readonly filter?: string | readonly string[];
  /** column or -column, several with commas */
  readonly sort?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

export interface Page {
  readonly items: Row[];
  /** How many there are; counted up to COUNT_CAP only, because counting a large table takes longer than showing a page of it. */
  readonly total: number;
  /** False when there are more than `total`. */
  readonly totalIsExact: boolean;
  readonly nextCursor: string | null;
  readonly hasMore: boolean;
}

/** Conditions of the caller's own, from code (never from a request): `sql` uses $1, $2 … for `values`. */
export interface Extra {
  readonly sql: string;
  readonly values: readonly unknown[];
}

const OPERATORS: Readonly<Record<string, string>> = { eq: "=", ne: "<>", lt: "<", le: "<=", gt: ">", ge: ">=" };
const CASTS: Readonly<Record<Kind, string>> = {
  text: "text", integer: "bigint", money: "bigint", rate: "bigint", date: "date", instant: "timestamptz", boolean: "boolean",
};

interface Order { readonly name: string; readonly sql: string; readonly kind: Kind; readonly down: boolean; readonly required: boolean }

/** Lists are counted this far: "10,000+" tells a reader what they need to know. */
export const COUNT_CAP = 10_000;

/**
 * One page of a list: filtered, sorted, counted.
 * May raise list.unknown_column, list.bad_filter, list.bad_cursor.
 */
export async function readList(tx: Tx, list: ListDefinition, query: ListQuery, extra: readonly Extra[] = []): Promise<Page> {
  const asked = selection(list, query, extra);
  const limit = Math.min(query.limit ?? 50, 200);
  const [rows, total] = await Promise.all([
    tx.client.query<Row>({ text: `${asked.text} LIMIT $${asked.values.length + 1}`, values: [...asked.values, limit + 1] }).then((r) => r.rows),
    countUpTo(tx, list, query, extra, COUNT_CAP),
  ]);
  const hasMore = rows.length > limit;
  const page = hasMore ? rows.slice(0, limit) : rows;
  const last = page.at(-1);
  const nextCursor = hasMore && last !== undefined ? encodeCursor([...asked.order.map((_o, i) => last[`__k${i}`] as string | null), last["__key"] as string]) : null;
  return { items: page.map((row) => present(list, row)), ...total, nextCursor, hasMore };
}

/** Counts the rows of a list, but no further than `cap`. */
export async function countUpTo(tx: Tx, list: ListDefinition, query: ListQuery, extra: readonly Extra[], cap: number): Promise<{ total: number; totalIsExact: boolean }> {
  const values: unknown[] = [];
  const counted = conditionsOf(list, query, extra, (value) => `$${values.push(value)}`).join(" AND ");
  const { rows } = await tx.client.query<{ n: bigint }>({ text: `SELECT count(*) AS n FROM (SELECT FROM ${list.from} WHERE ${counted} LIMIT ${cap + 1}) AS counted`, values });
  const n = Number(rows[0]?.n ?? 0n);
  return { total: Math.min(n, cap), totalIsExact: n <= cap };
}

/** All rows of a list under its filter, in order, some thousands at a time, as one snapshot of the table. */
export async function* streamList(tx: Tx, list: ListDefinition, query: ListQuery, extra: readonly Extra[] = []): AsyncGenerator<Row[]> {
  const { text, values } = selection(list, { ...query, cursor: undefined }, extra);
  await tx.client.query({ text: `DECLARE whole_list NO SCROLL CURSOR FOR ${text}`, values });
  for (;;) {
    const { rows } = await tx.client.query<Row>("FETCH 2000 FROM whole_list");
    if (rows.length === 0) break;
    yield rows.map((row) => present(list, row));
  }
  await tx.client.query("CLOSE whole_list");
}

interface Selection { readonly text: string; readonly values: unknown[]; readonly order: readonly Order[] }

/** The statement that a list, a filter, an order and a cursor come to, without its limit. */
function selection(list: ListDefinition, query: ListQuery, extra: readonly Extra[]): Selection {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const conditions = conditionsOf(list, query, extra, bind);
  const order = orders(list, query.sort ?? list.defaultSort);
  if (query.cursor !== undefined) conditions.push(after(list, order, query.cursor, bind));
  const select = Object.entries(list.columns).flatMap(([name, c]) => [
    `${c.sql} AS "${name}"`,
    ...(c.kind === "money" ? [`${c.currencySql ?? "'XXX'"} AS "${name}__currency"`] : []),
  ]);
  // Cursor values come back as text, exactly as the database compares them.
  const keys = [...order.map((o, i) => `(${o.sql})::text AS "__k${i}"`), `(${list.key})::text AS "__key"`];
  const by = [...order.map((o) => `${o.sql} ${o.down ? "DESC" : "ASC"}${o.required ? "" : o.down ? " NULLS LAST" : " NULLS FIRST"}`), `${list.key} ASC`].join(", ");
  return { text: `SELECT ${[...select, ...keys].join(", ")} FROM ${list.from} WHERE ${conditions.join(" AND ")} ORDER BY ${by}`, values, order };
}

function conditionsOf(list: ListDefinition, query: ListQuery, extra: readonly Extra[], bind: (value: unknown) => string): string[] {
  return [list.where ?? "true", ...extra.map((e) => renumber(e, bind)), ...filters(list, query, bind), ...search(list, query, bind)];
}

function renumber(extra: Extra, bind: (value: unknown) => string): string {
  const names = extra.values.map(bind);
  return `(${extra.sql.replace(/\$(\d+)/g, (_m, n: string) => names[Number(n) - 1] ?? "NULL")})`;
}

function filters(list: ListDefinition, query: ListQuery, bind: (value: unknown) => string): string[] {
  const tokens = query.filter === undefined ? [] : typeof query.filter === "string" ? [query.filter] : query.filter;
  return tokens.map((token) => {
    const [name = "", operator = "", ...rest] = token.split(":");
    const value = rest.join(":");
    const column = list.columns[name];
    if (column === undefined || column.filter !== true) throw problem("list.unknown_column", `Filter by one of: ${names(list, "filter")}.`);
    if (!validFor(column.kind, operator, value)) throw problem("list.bad_filter", `"${token}" is not column:operator:value with a ${column.kind} value.`);
    if (operator === "has") return `${column.sql} ILIKE ${bind(`%${escapeLike(value)}%`)}`;
    if (operator === "in") return `${column.sql} = ANY(${bind(value.split(","))}::${CASTS[column.kind]}[])`;
    return `${column.sql} ${OPERATORS[operator]} ${bind(value)}::${CASTS[column.kind]}`;
  });
}

function validFor(kind: Kind, operator: string, value: string): boolean {
  if (operator === "has") return kind === "text";
  if (operator !== "in" && OPERATORS[operator] === undefined) return false;
  const each = operator === "in" ? value.split(",") : [value];
  const form: Partial<Record<Kind, RegExp>> = {
    integer: /^-?\d{1,18}$/, money: /^-?\d{1,18}$/, rate: /^-?\d{1,18}$/, date: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
    instant: /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/, boolean: /^(true|false)$/,
  };
  return each.every((one) => (form[kind] ?? /^[^\0]{0,200}$/).test(one));
}

function search(list: ListDefinition, query: ListQuery, bind: (value: unknown) => string): string[] {
  const text = query.q?.trim() ?? "";
  if (text === "" || list.search === undefined) return [];
  const pattern = bind(`%${escapeLike(text)}%`);
  return [`(${list.search.map((sql) => `${sql} ILIKE ${pattern}`).join(" OR ")})`];
}

function escapeLike(text: string): string {
  return text.replaceAll("\0", "").replace(/[\\%_]/g, (c) => `\\${c}`);
}

function orders(list: ListDefinition, sort: string): Order[] {
  return sort.split(",").filter((s) => s !== "").map((token) => {
    const name = token.replace(/^-/, "");
    const column = list.columns[name];
    if (column === undefined || column.sort !== true) throw problem("list.unknown_column", `Sort by one of: ${names(list, "sort")}.`);
    return { name, sql: column.sql, kind: column.kind, down: token.startsWith("-"), required: column.required === true };
  });
}

function names(list: ListDefinition, use: "filter" | "sort"): string {
  return Object.entries(list.columns).filter(([, c]) => c[use] === true).map(([name]) => name).join(", ");
}

/** Rows strictly after the cursor in the list's total order; nulls sort as the ORDER BY says. */
function after(list: ListDefinition, order: readonly Order[], cursor: string, bind: (value: unknown) => string): string {
  const position = decodeCursor(cursor);
  if (position.length !== order.length + 1) throw problem("list.bad_cursor");
  const alternatives: string[] = [];
  let equal = "true";
  order.forEach((o, i) => {
    const value = position[i] ?? null;
    const cell = value === null ? null : `${bind(value)}::${CASTS[o.kind]}`;
    if (cell === null) {
      if (!o.down) alternatives.push(`(${equal} AND ${o.sql} IS NOT NULL)`);
      equal += ` AND ${o.sql} IS NULL`;
    } else {
      alternatives.push(o.down ? `(${equal} AND (${o.sql} < ${cell} OR ${o.sql} IS NULL))` : `(${equal} AND ${o.sql} > ${cell})`);
      equal += ` AND ${o.sql} = ${cell}`;
    }
  });
  alternatives.push(`(${equal} AND ${list.key} > ${bind(position.at(-1))})`);
  return `(${alternatives.join(" OR ")})`;
}

function encodeCursor(position: readonly (string | null)[]): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

function decodeCursor(cursor: string): (string | null)[] {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (Array.isArray(read) && read.every((v) => v === null || typeof v === "string")) return read as (string | null)[];
  } catch {
    // Not one of ours; refused below.
  }
  throw problem("list.bad_cursor");
}

function present(list: ListDefinition, row: Row): Row {
  return Object.fromEntries(Object.entries(list.columns).map(([name, column]) => {
    const value = row[name];
    if (value === null || value === undefined) return [name, null];
    if (column.kind === "money") return [name, toMoneyJson(money(value as bigint, row[`${name}__currency`] as string))];
    if (column.kind === "integer") return [name, Number(value)];
    return [name, value];
  }));
}
