import { stringify } from "csv-stringify/sync";
import Type, { type TSchema } from "typebox";
import type { Context } from "../context.ts";
import { readList, type Extra, type ListDefinition } from "../list.ts";
import type { Permission } from "../permissions.ts";
import type { App, FastifyRequest } from "./app.ts";
import { ListQueryJson, PageOf } from "./schemas.ts";

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
  extra?(request: FastifyRequest, ctx: Context): readonly Extra[];
  /** Reads free text in its own way first, for instance as a phone number; undefined leaves it to the list's own columns. */
  search?(text: string, ctx: Context): Promise<Extra | undefined>;
}

const EXPORT_LIMIT = 5000;

/** Serves a list: pages as JSON, and the same rows under the same filter as CSV when `format=csv`. */
export function listRoute(app: App, route: ListRoute): void {
  app.get(route.path, {
    config: { permission: route.permission, modes: route.modes },
    schema: {
      operationId: route.operationId, summary: route.summary, tags: route.tags ?? [], querystring: ListQueryJson,
      ...(route.params === undefined ? {} : { params: route.params }),
      response: { 200: { description: "A page of the list", content: { "application/json": { schema: PageOf(route.item) }, "text/csv": { schema: Type.String() } } } },
    } as never,
  }, async (request, reply) => {
    const asked = request.query as ListQueryJson;
    const found = asked.q === undefined || asked.q.trim() === "" ? undefined : await route.search?.(asked.q.trim(), request.ctx);
    const query = found === undefined ? asked : { ...asked, q: undefined };
    const extra = [...scoped(route.list, request), ...(route.extra?.(request, request.ctx) ?? []), ...(found === undefined ? [] : [found])];
    if (query.format === "csv") return reply.header("content-type", "text/csv; charset=utf-8").header("content-disposition", `attachment; filename="${route.operationId}.csv"`).send(await asCsv(request, route.list, query, extra));
    return reply.send(await request.ctx.read((tx) => readList(tx, route.list, query, extra)));
  });
}

/** What a narrower scope than the whole lender may see; a list that knows no branch or owner shows such an actor nothing. */
function scoped(list: ListDefinition, request: FastifyRequest): Extra[] {
  if (request.scope === "tenant") return [];
  const { actor } = request.ctx;
  if (request.scope === "branch") return [list.scope?.branch === undefined ? NOTHING : { sql: `${list.scope.branch} = $1`, values: [actor.branchId ?? ""] }];
  const own = list.scope?.own;
  return [own === undefined ? NOTHING : { sql: own.includes("$1") ? own : `${own} = $1`, values: [actor.partyId ?? actor.id] }];
}

const NOTHING: Extra = { sql: "false", values: [] };

async function asCsv(request: FastifyRequest, list: ListDefinition, query: ListQueryJson, extra: readonly Extra[]): Promise<string> {
  const names = Object.keys(list.columns);
  const rows: unknown[][] = [names.map((name) => list.columns[name]?.label ?? name)];
  await request.ctx.read(async (tx) => {
    let cursor: string | undefined;
    do {
      const page = await readList(tx, list, { ...query, limit: 200, cursor }, extra);
      for (const item of page.items) rows.push(names.map((name) => cell(item[name])));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined && rows.length <= EXPORT_LIMIT);
  });
  return stringify(rows);
}

/** Plain numbers and ISO dates; text that a spreadsheet would take for a formula is made inert. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "object" && "amount" in value) return String((value as { amount: string }).amount);
  const text = String(value);
  return /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
}
