import "./node-version.ts";
import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import { loadConfig } from "#kernel/config.ts";
import type { Services } from "#kernel/context.ts";
import type { App } from "#kernel/http/app.ts";
import { buildServer } from "#kernel/http/server.ts";
import { openServices } from "./open-services.ts";
import { startWorker } from "./worker.ts";
import { wire, type Wiring } from "./wiring.ts";

const WEB = join(import.meta.dirname, "../../web/dist");
const EXPLORER = join(import.meta.dirname, "../../node_modules/@scalar/api-reference/dist/browser");

/** The whole server: API, health, documentation, and the two web applications. Not yet listening. */
export async function makeServer(services: Services, { modules, authenticate }: Wiring): Promise<App> {
  const app = await buildServer({ services, modules, authenticate });
  healthRoutes(app, services);
  documentationRoutes(app);
  if (existsSync(WEB)) await serveWeb(app);
  return app;
}

function healthRoutes(app: App, services: Services): void {
  const hidden = (summary: string) => ({ config: { public: true }, schema: { summary, hide: true } });
  app.get("/livez", hidden("The process answers"), async (_request, reply) => reply.send({ status: "ok" }));
  for (const path of ["/readyz", "/startupz"]) {
    app.get(path, hidden("The database answers"), async (_request, reply) => {
      const ok = await services.db.anonymous("SELECT 1").then(() => true, () => false);
      return reply.code(ok ? 200 : 503).send({ status: ok ? "ok" : "database unavailable" });
    });
  }
}

/** The contract as a document and as a page to try it on. */
function documentationRoutes(app: App): void {
  app.get("/openapi.json", { config: { public: true }, schema: { hide: true } }, async (_request, reply) => reply.send((app as unknown as { swagger(): object }).swagger()));
  if (!existsSync(EXPLORER)) return;
  void app.register(fastifyStatic, { root: EXPLORER, prefix: "/docs/assets/", decorateReply: false, index: false });
  app.get("/docs", { config: { public: true }, schema: { hide: true } }, async (_request, reply) =>
    reply.type("text/html; charset=utf-8").header("content-security-policy", "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data: blob:; connect-src 'self'; worker-src blob:; frame-ancestors 'none'")
      .send(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Loanwright API</title><meta name="viewport" content="width=device-width, initial-scale=1"></head><body><script id="api-reference" data-url="/openapi.json"></script><script src="/docs/assets/standalone.js"></script></body></html>`));
}

async function serveWeb(app: App): Promise<void> {
  await app.register(fastifyStatic, {
    root: WEB, prefix: "/", index: false, wildcard: false, preCompressed: true, cacheControl: false,
    // Built files carry a hash in their names and never change; the few others may.
    setHeaders: (reply, path) => void reply.header("cache-control", path.includes("/assets/") ? "public, max-age=31536000, immutable" : "no-cache"),
  });
  const page = (file: string) => ({ file, options: { config: { public: true }, schema: { hide: true } } });
  const staff = page("staff/index.html");
  const borrower = page("borrower/index.html");
  // Each application finds its own way from the address, so every address below it serves the same page.
  for (const path of ["/staff", "/staff/*"]) app.get(path, staff.options, async (_request, reply) => reply.sendFile(staff.file));
  for (const path of ["/", "/borrower", "/borrower/*"]) app.get(path, borrower.options, async (_request, reply) => reply.sendFile(borrower.file));
}

if (import.meta.main) {
  const config = loadConfig(process.env);
  const open = await openServices(config, { applicationName: "loanwright-api", keepDatabaseRunning: true });
  const wiring = wire(open.services);
  const sender = await startWorker(open.services, wiring.modules, open, false);
  const app = await makeServer(open.services, wiring);
  const address = await app.listen({ host: config.host, port: config.port });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void app.close().then(() => sender.stop()).then(() => open.close()).then(() => process.exit(0)));
  }
  console.log(`API ready at ${address}`);
}
