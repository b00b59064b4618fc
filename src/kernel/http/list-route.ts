import { stringify } from "csv-stringify/sync";
import Type, { type TSchema } from "typebox";
import type { Context } from "../context.ts";
import { problem } from "../kernel-problems.ts";
import { countUpTo, readList, streamList, type Extra, type ListDefinition, type ListQuery } from "../list.ts";
import type { Row } from "../db.ts";
import type { Permission, Scope } from "../permissions.ts";
import type { App } from "./app.ts";
import { ListQueryJson, PageOf } from "./schemas.ts";

/** What narrows a list: an HTTP request, or an order for a file that is carried out later. */
export interface ListRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly scope: Scope;
  readonly ctx: Context;
}

export interface ListRoute {
  /** For instance /v1/loan-accounts */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly tags?: readonly string[];
  readonly permission: Permission;
  readonly list: ListDefinition;
  /** Schema of one row; its properties are the list's columns. */
  readonly item: TSchema;
  readonly params?: TSchema;
  readonly modes?: readonly ("origination" | "servicing")[];
  /** Conditions of this request: what the scope or the path narrows the list to. */
  extra?(request: ListRequest, ctx: Context): readonly Extra[];
  /** Reads free text in its own way first, for instance as a phone number; undefined leaves it to the list's own columns. */
  search?(text: string, ctx: Context): Promise<Extra | undefined>;
}

/** More rows than this are made into a file in the background. */
export const EXPORT_LIMIT = 5000;

const routes = new Map<string, ListRoute>();

/** A list by the operationId of its route, or by the name that saved views know it by; lists are known once their routes were hung on a server of this process. */
export function listRouteOf(name: string): ListRoute | undefined {
  return routes.get(name) ?? [...routes.values()].find((route) => route.list.name === name);
}

/** Serves a list: pages as JSON, and the same rows under the same filter as CSV when `format=csv`. */
export function listRoute(app: App, route: ListRoute): void {
  routes.set(route.operationId, route);
  app.get(route.path, {
    config: { permission: route.permission, modes: route.modes },
    schema: {
      operationId: route.operationId, summary: route.summary, tags: route.tags ?? [], querystring: ListQueryJson,
      ...(route.params === undefined ? {} : { params: route.params }),
      response: { 200: { description: "A page of the list", content: { "application/json": { schema: PageOf(route.item) }, "text/csv": { schema: Type.String() } } } },
    } as never,
  }, async (request, reply) => {
    const { query, extra } = await conditionsFor(route, request);
    if ((request.query as ListQueryJson).format === "csv") return reply.header("content-type", "text/csv; charset=utf-8").header("content-disposition", `attachment; filename="${route.operationId}.csv"`).send(await asCsv(request.ctx, route.list, query, extra));
    return reply.send(await request.ctx.read((tx) => readList(tx, route.list, query, extra)));
  });
}

/** The query and the conditions a request comes to: its scope, its path, and free text that the list reads in its own way. */
export async function conditionsFor(route: ListRoute, request: ListRequest): Promise<{ query: ListQuery; extra: readonly Extra[] }> {
  const asked = request.query as ListQueryJson;
  const found = asked.q === undefined || asked.q.trim() === "" ? undefined : await route.search?.(asked.q.trim(), request.ctx);
  const query = found === undefined ? asked : { ...asked, q: undefined };
  return { query, extra: [...scoped(route.list, request), ...(route.extra?.(request, request.ctx) ?? []), ...(found === undefined ? [] : [found])] };
}

/** What a narrower scope than the whole lender may see; a list that knows no branch or owner shows such an actor nothing. */
function scoped(list: ListDefinition, request: ListRequest): Extra[] {
  if (request.scope === "tenant") return [];
  const { actor } = request.ctx;
  if (request.scope === "branch") return [list.scope?.branch === undefined ? NOTHING : { sql: `${list.scope.branch} = $1`, values: [actor.branchId ?? ""] }];
  const own = list.scope?.own;
  return [own === undefined ? NOTHING : { sql: own.includes("$1") ? own : `${own} = $1`, values: [actor.partyId ?? actor.id] }];
}

const NOTHING: Extra = { sql: "false", values: [] };

/** May raise list.too_long. */
async function asCsv(ctx: Context, list: ListDefinition, query: ListQuery, extra: readonly Extra[]): Promise<string> {
  return ctx.read(async (tx) => {
    if (!(await countUpTo(tx, list, query, extra, EXPORT_LIMIT)).totalIsExact) throw problem("list.too_long", `It has more than ${EXPORT_LIMIT} rows.`);
    const lines: string[][] = [headings(list)];
    for await (const rows of streamList(tx, list, query, extra)) lines.push(...rows.map((row) => lineOf(list, row)));
    return stringify(lines);
  });
}

/** The first line of a list as CSV. */
export function headings(list: ListDefinition): string[] {
  return Object.values(list.columns).map((column) => column.label);
}

/** One row of a list as CSV cells, in the order of its columns. */
export function lineOf(list: ListDefinition, row: Row): string[] {
  return Object.keys(list.columns).map((name) => cell(row[name]));
}

/** Plain numbers and ISO dates; text that a spreadsheet would take for a formula is made inert. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "object" && "amount" in value) return String((value as { amount: string }).amount);
  const text = String(value);
  return /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
}
