import { stringify } from "csv-stringify/sync";
import type { Context } from "../context.ts";
import { startRun } from "../job-runs.ts";
import { problem } from "../kernel-problems.ts";
import { countUpTo, streamList, type ListQuery } from "../list.ts";
import type { LongWork } from "../module.ts";
import { requirePermission } from "../permissions.ts";
import { conditionsFor, headings, lineOf, listRouteOf, type ListRoute } from "./list-route.ts";

export interface ExportOrder {
  /** operationId of the list's route, or the list's name. */
  readonly list: string;
  /** Parameters in its path. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: ListQuery;
}

/** Orders the file; who may not read the list may not order it either. May raise list.unknown_list, permission.denied and what the list refuses. */
export async function startExport(ctx: Context, order: ExportOrder): Promise<{ id: string }> {
  const route = routeFor(ctx, order);
  const scope = requirePermission(ctx.actor, route.permission);
  const { query, extra } = await conditionsFor(route, { params: order.path ?? {}, query: order.query ?? {}, scope, ctx });
  return ctx.transaction(async (tx) => {
    // Counted here, where a filter that cannot be read is still answered to the person who wrote it.
    const { total, totalIsExact } = await countUpTo(tx, route.list, query, extra, 1_000_000);
    return startRun(tx, ctx, { kind: listExport.kind, title: `${route.summary}, as CSV`, payload: order, total: totalIsExact ? total : undefined, resultPermission: route.permission });
  });
}

function routeFor(ctx: Context, order: ExportOrder): ListRoute {
  const route = listRouteOf(order.list);
  const { mode } = ctx.services.config;
  if (route === undefined || (mode !== "unified" && route.modes !== undefined && !route.modes.includes(mode))) throw problem("list.unknown_list");
  return route;
}

/** A list as a CSV file, made in the background with the rights of who ordered it: the scope is asked for again, from the grants of then. */
export const listExport: LongWork<ExportOrder> = {
  kind: "kernel.list_export",
  async run(ctx, order, progress, result) {
    const route = routeFor(ctx, order);
    const scope = requirePermission(ctx.actor, route.permission);
    const { query, extra } = await conditionsFor(route, { params: order.path ?? {}, query: order.query ?? {}, scope, ctx });
    await result.write(stringify([headings(route.list)]));
    const whole = await ctx.read(async (tx) => {
      for await (const rows of streamList(tx, route.list, query, extra)) {
        await result.write(stringify(rows.map((row) => lineOf(route.list, row))));
        progress.step(rows.length);
        if (progress.heedStop()) return false;
      }
      return true;
    });
    if (whole) await result.finish(`${route.operationId}.csv`, "text/csv; charset=utf-8");
  },
};
