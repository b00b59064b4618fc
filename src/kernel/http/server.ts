import ajvCompilers from "@fastify/ajv-compiler";
import cookie from "@fastify/cookie";
import multipart from "@fastify/multipart";
import swagger from "@fastify/swagger";
import fastify, { LogController } from "fastify";
import { makeContext, type Services } from "../context.ts";
import { requestHash } from "../idempotency.ts";
import { problem } from "../kernel-problems.ts";
import type { ModuleDefinition } from "../module.ts";
import { anonymousActor, requirePermission, type Actor } from "../permissions.ts";
import type { App, FastifyRequest } from "./app.ts";
import { platformRoutes } from "./platform-routes.ts";
import { answerError, ProblemJson } from "./problem-json.ts";
import { limitRates } from "./rate-limit.ts";
import { securityHeaders } from "./security-headers.ts";
import { observe } from "./metrics.ts";

/** Tells who sends a request; the identity module provides it. */
export type Authenticator = (request: FastifyRequest) => Promise<{ tenantId: string; actor: Actor } | undefined>;

export interface ServerParts {
  readonly services: Services;
  readonly modules: readonly ModuleDefinition[];
  readonly authenticate: Authenticator;
}

const MAX_BODY = 1024 * 1024;
const MAX_FILE = 25 * 1024 * 1024;
const REFUSAL = { description: "Refused: a problem after RFC 9457. All codes are in docs/problems.md", content: { "application/problem+json": { schema: ProblemJson } } };

/**
 * The HTTP server: every route of every module, each with its permission, its schema and its idempotency rule.
 * @throws RangeError when a route states neither a permission nor that it is public, or a POST no idempotency rule
 */
export async function buildServer({ services, modules, authenticate }: ServerParts): Promise<App> {
  const app = fastify({
    bodyLimit: MAX_BODY,
    logger: services.config.logLevel === "silent" ? false : { level: services.config.logLevel, redact: ["req.headers.authorization", "req.headers.cookie"], serializers: { req: (r) => ({ method: r.method, route: r.routeOptions?.url, id: r.id }) } },
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => services.ids.next("req"),
    trustProxy: services.config.trustedProxies.length === 0 ? false : [...services.config.trustedProxies],
    routerOptions: { ignoreTrailingSlash: true, querystringParser: (text) => parseQuery(text) },
  }) as unknown as App;

  checkBySchema(app);
  await app.register(cookie);
  await app.register(multipart, { limits: { fileSize: MAX_FILE, files: 5, fields: 20, fieldSize: 10_000 }, throwFileSizeLimit: true });
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Loanwright API", version: "1", description: "One API for origination and servicing. Money is decimal text, days are YYYY-MM-DD, every POST carries an Idempotency-Key, every refusal is an RFC 9457 problem." },
      components: { securitySchemes: { session: { type: "http", scheme: "bearer" } } },
      security: [{ session: [] }],
    },
    transform: documented,
  });

  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => answerError(problem("request.not_found"), request, reply));
  securityHeaders(app);
  observe(app);
  const countActor = await limitRates(app, services.config.rateLimits);
  refuseUnmarkedRoutes(app);

  app.decorateRequest("ctx", null as never);
  app.decorateRequest("scope", "own");
  app.addHook("preValidation", async (request, reply) => {
    if (request.is404 || request.routeOptions.config.outside === true) return;
    await admit(services, authenticate, request);
    await countActor(request, reply);
  });
  app.addHook("preHandler", async (request) => claimIdempotency(services, request));
  app.addHook("onSend", async (request, reply) => {
    if (request.ctx?.replayed === true) reply.header("Idempotency-Replayed", "true");
  });

  const served = services.config.mode;
  platformRoutes(app, modules);
  for (const module of modules) module.routes?.(servedOnly(app, served));
  return app;
}

interface Documented { readonly schema?: { readonly response?: unknown }; readonly url: string; readonly route: { readonly config?: { permission?: string; idempotent?: boolean; public?: boolean } } }

/** A route as the contract shows it: who may, whether it takes a key, and how a refusal looks. */
function documented({ schema, url, route }: Documented): { url: string; schema: never } {
  const { permission, idempotent, public: open } = route.config ?? {};
  const marks = { ...(permission === undefined ? {} : { "x-permission": permission }), ...(idempotent === true ? { "x-idempotent": true } : {}), ...(open === true ? { security: [] } : {}) };
  return { url, schema: { ...schema, ...marks, response: { ...(schema?.response as object | undefined), "4xx": REFUSAL } } as never };
}

/** Routes of the half that this installation does not run are not there at all. */
function servedOnly(app: App, mode: Services["config"]["mode"]): App {
  if (mode === "unified") return app;
  return new Proxy(app, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== "function" || !["get", "post", "put", "patch", "delete"].includes(String(name))) return value;
      return (path: string, options: { config?: { modes?: readonly string[] } }, handler: unknown) =>
        options.config?.modes === undefined || options.config.modes.includes(mode) ? (value as (...args: unknown[]) => unknown).call(target, path, options, handler) : target;
    },
  });
}

function refuseUnmarkedRoutes(app: App): void {
  app.addHook("onRoute", (route) => {
    const methods = [route.method].flat();
    // Files, pages and probes: nothing of a tenant is behind them, and nobody is asked who they are.
    if (!route.url.startsWith("/v1/")) {
      route.config = { ...route.config, public: true, outside: true };
      return;
    }
    const config = route.config ?? {};
    if (methods.every((m) => m === "HEAD" || m === "OPTIONS")) return;
    if (config.permission === undefined && config.public !== true) throw new RangeError(`route ${methods.join()} ${route.url} states no permission`);
    if (methods.includes("POST") && config.idempotent === undefined) throw new RangeError(`route POST ${route.url} does not say whether it is idempotent`);
  });
}

async function admit(services: Services, authenticate: Authenticator, request: FastifyRequest): Promise<void> {
  const config = request.routeOptions.config;
  const known = await authenticate(request);
  if (known === undefined && config.public !== true) throw problem("session.missing");
  const tenantId = known?.tenantId ?? (config.lender === true ? await lenderOf(services, request) : "tn_none");
  const actor = known?.actor ?? anonymousActor;
  if (config.permission !== undefined && config.public !== true) request.scope = requirePermission(actor, config.permission);
  request.ctx = makeContext(services, { tenantId, actor, requestId: request.id, reason: header(request, "x-reason") });
}

async function lenderOf(services: Services, request: FastifyRequest): Promise<string> {
  const slug = header(request, "x-lender") ?? "";
  const [found] = await services.db.anonymous<{ tenant_id: string }>("SELECT tenant_id FROM kernel.tenant_by_slug($1)", [slug]);
  if (found === undefined) throw problem("request.not_found", "There is no lender of this name; set the X-Lender header.");
  return found.tenant_id;
}

/** Runs after validation, so that only well-formed commands take a key. */
function claimIdempotency(services: Services, request: FastifyRequest): void {
  if (request.is404 || request.routeOptions.config.idempotent !== true) return;
  const key = header(request, "idempotency-key");
  if (key === undefined || !/^[\x21-\x7e]{8,200}$/.test(key)) throw problem("idempotency.key_missing", "Idempotency-Key must be 8 to 200 visible ASCII characters.");
  const { ctx } = request;
  const command = request.routeOptions.schema?.operationId ?? request.routeOptions.url ?? "";
  request.ctx = makeContext(services, {
    tenantId: ctx.tenantId, actor: ctx.actor, requestId: ctx.requestId, reason: ctx.reason,
    idempotency: { key, scope: ctx.actor.id, command, requestHash: requestHash(command, request.params, request.body) },
  });
}

export function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Repeated names become arrays; nothing else is interpreted. */
function parseQuery(text: string): Record<string, string | string[]> {
  const out: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of new URLSearchParams(text)) {
    const before = out[name];
    out[name] = before === undefined ? value : [before, value].flat();
  }
  return out;
}

/**
 * Texts of an address, a query or a header become what their schema says. A JSON body says itself what is a number and what is
 * nothing: there "24" is no number and null is not zero.
 */
function checkBySchema(app: App): void {
  const shared = { allErrors: true, removeAdditional: false, useDefaults: true } as const;
  const [strict, coercing] = [false, "array" as const].map((coerceTypes) => ajvCompilers.AjvCompiler()({}, { customOptions: { ...shared, coerceTypes } }));
  app.setValidatorCompiler((route) => (route.httpPart === "body" ? strict : coercing)?.(route) as never);
}
