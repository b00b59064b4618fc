import { Counter, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import type { App } from "./app.ts";

/** Counts and times requests by route and status, for Prometheus at /metrics. Labels hold route patterns, never ids. */
export function observe(app: App): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({ name: "loanwright_http_requests_total", help: "Requests by route and status", labelNames: ["method", "route", "status"] as const, registers: [registry] });
  const seconds = new Histogram({ name: "loanwright_http_request_seconds", help: "Time to answer by route", labelNames: ["method", "route"] as const, buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5], registers: [registry] });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "unknown";
    requests.inc({ method: request.method, route, status: String(reply.statusCode) });
    seconds.observe({ method: request.method, route }, reply.elapsedTime / 1000);
  });
  app.get("/metrics", { config: { public: true }, schema: { hide: true, summary: "Metrics in Prometheus text form" } }, async (_request, reply) => {
    return reply.header("content-type", registry.contentType).send(await registry.metrics());
  });
}
