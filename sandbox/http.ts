import { createHash, timingSafeEqual } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Static, TSchema } from "typebox";
import { FAULT_HEADER, type Fault, parseFaults } from "./faults.ts";
import type { Keys, Provider } from "./keys.ts";
import { invalid, Refusal } from "./refusal.ts";

const LARGEST_BODY_BYTES = 50 * 1024 * 1024;

/** What a handler is given: validated parts, and the faults it has to play a part in. */
export interface Call<Body> {
  readonly body: Body;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly header: (name: string) => string | undefined;
  readonly wrongPerson: boolean;
  readonly duplicate: boolean;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route<Schema extends TSchema> {
  readonly provider: Provider;
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly body?: Schema;
  /** Faults that the content asks for, such as a magic family name. */
  readonly magic?: (body: Static<Schema>) => readonly Fault[];
  readonly handle: (call: Call<Static<Schema>>) => Answer | Promise<Answer>;
  /** The handler plays the duplicate fault itself, by `call.duplicate`. */
  readonly onceOnly?: boolean;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });

/** An empty server: problems as problem+json, XML bodies as bytes, forms as text. */
export function createServer(): FastifyInstance {
  const app = Fastify({
    bodyLimit: LARGEST_BODY_BYTES,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: true } },
    forceCloseConnections: true,
    // A caller's reference of 200 characters, every one of them escaped, still is a path parameter.
    routerOptions: { maxParamLength: 2_000 },
  });
  app.addContentTypeParser(["application/xml", "text/xml"], { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))));
  app.setErrorHandler((error, _request, reply) => sendProblem(reply, asRefusal(error)));
  app.setNotFoundHandler((request, reply) => sendProblem(reply, new Refusal(404, "sandbox.not_found", `Nothing is served at ${request.method} ${request.url}; GET / lists what is.`)));
  return app;
}

/** Adds one provider route: key, faults, handler. */
export function addRoute<Schema extends TSchema>(app: FastifyInstance, keys: Keys, route: Route<Schema>): void {
  app.route({
    method: route.method,
    url: route.path,
    ...(route.body === undefined ? {} : { schema: { body: route.body } }),
    onRequest: async (request) => requireKey(request, keys[route.provider], route.provider),
    handler: async (request, reply) => answer(route, request, reply),
  });
}

async function answer<Schema extends TSchema>(route: Route<Schema>, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  // Fastify has checked the body against this very schema.
  const body = request.body as Static<Schema>;
  const faults = [...parseFaults(headerOf(request, FAULT_HEADER)), ...(route.magic?.(body) ?? [])];
  const has = (kind: Fault["kind"]): boolean => faults.some((fault) => fault.kind === kind);
  for (const fault of faults) {
    if (fault.kind === "slow") await sleep(fault.milliseconds);
    if (fault.kind === "error") throw new Refusal(fault.status, "sandbox.outage", "This outage was asked for by a fault header or a magic value; nothing was done.");
  }
  const call: Call<Static<Schema>> = {
    body, params: request.params as Record<string, string>, query: request.query as Record<string, string>,
    header: (name) => headerOf(request, name), wrongPerson: has("wrong-person"), duplicate: has("duplicate"),
  };
  let result: Answer;
  try {
    result = await route.handle(call);
    if (has("duplicate") && route.onceOnly !== true) result = await route.handle(call);
  } catch (error) {
    if (!has("drop")) throw error;
    result = { status: 500, body: null };
  }
  if (has("drop")) {
    reply.hijack();
    request.raw.socket.destroy();
    return undefined;
  }
  if (has("garbage")) return reply.code(200).type("application/octet-stream").send("\u0000<html><body>upstream {\"outcome\": 0x");
  return reply.code(result.status).headers(result.headers ?? {}).type(result.contentType ?? "application/json; charset=utf-8").send(result.body);
}

function requireKey(request: FastifyRequest, key: string, provider: Provider): void {
  const given = /^Bearer (.+)$/i.exec(headerOf(request, "authorization") ?? "")?.[1] ?? "";
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  if (!timingSafeEqual(digest(given), digest(key))) throw new Refusal(401, "sandbox.unauthorized", `Send "Authorization: Bearer KEY" with the key of the provider ${provider}.`);
}

const headerOf = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
};

interface ValidationFault {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const known = error as { validation?: readonly ValidationFault[]; statusCode?: number; code?: string; message?: string };
  if (known.validation !== undefined) {
    return invalid(known.validation.map((each) => {
      const field = each.params["missingProperty"] ?? each.params["additionalProperty"];
      return { pointer: `${each.instancePath}${typeof field === "string" ? `/${field}` : ""}`, detail: each.message ?? each.keyword };
    }));
  }
  if (known.statusCode !== undefined && known.statusCode < 500) return new Refusal(known.statusCode, "sandbox.unreadable", known.message ?? "The request cannot be read.");
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return new Refusal(500, "sandbox.fault", "The sandbox itself failed; its standard error says where.");
}

function sendProblem(reply: FastifyReply, refusal: Refusal): FastifyReply {
  return reply.code(refusal.status).type("application/problem+json; charset=utf-8").send({
    type: `/problems/${refusal.code}`, title: titleOf(refusal.status), status: refusal.status, detail: refusal.message, code: refusal.code, ...refusal.extra,
  });
}

const titleOf = (status: number): string => ({ 400: "Invalid request", 401: "Unauthorized", 404: "Not found", 409: "Conflict", 422: "Refused", 503: "Outage" })[status] ?? `Status ${status}`;
