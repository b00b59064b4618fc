import rateLimit from "@fastify/rate-limit";
import type { RateLimits } from "../config.ts";
import { problem } from "../kernel-problems.ts";
import type { App, FastifyReply, FastifyRequest } from "./app.ts";

const WINDOW_S = 60;
/** Routes where secrets could be guessed or messages sent to strangers: fewer calls per address. */
const ENTRANCES: ReadonlySet<string> = new Set(["signInStaff", "requestSignInCode", "signInBorrower", "issueToken"]);

type Limiter = (request: FastifyRequest) => Promise<{ isAllowed: true } | { isAllowed: false; max: number; remaining: number; ttlInSeconds: number; isExceeded: boolean }>;

/**
 * Limits on how often one may ask, counted in this process over a minute: per address before anybody is asked who they are,
 * per address and entrance on sign-in and one-time codes, and per person or API client after that. Every counted answer carries
 * `RateLimit-Policy` and `RateLimit`, a refused one (`request.too_many`) also `Retry-After`.
 *
 * @returns what counts a request for its actor; the server calls it once it knows who asks
 * @source draft-ietf-httpapi-ratelimit-headers-10
 */
export async function limitRates(app: App, limits: RateLimits | undefined): Promise<(request: FastifyRequest, reply: FastifyReply) => Promise<void>> {
  if (limits === undefined) return async () => undefined;
  // The newest 20,000 addresses and actors are counted; a flood from more makes the oldest start anew.
  await app.register(rateLimit, { global: false, cache: 20_000 });
  const limiter = (policy: string, max: (request: FastifyRequest) => number, key: (request: FastifyRequest) => string) => {
    const count = app.createRateLimit({ max, timeWindow: WINDOW_S * 1000, keyGenerator: (r) => `${policy} ${key(r as FastifyRequest)}` }) as unknown as Limiter;
    return async (request: FastifyRequest, reply: FastifyReply) => refuseAbove(policy, await count(request), reply);
  };
  const operation = (request: FastifyRequest) => request.routeOptions.schema?.operationId ?? "";
  const perAddress = limiter("address", () => limits.address, (r) => r.ip);
  const perEntrance = limiter("sign-in", () => limits.signIn, (r) => `${r.ip} ${operation(r)}`);
  const perActor = limiter("actor", (r) => (r.ctx.actor.kind === "client" ? limits.client : limits.person), (r) => `${r.ctx.tenantId} ${r.ctx.actor.id}`);
  app.addHook("onRequest", async (request, reply) => {
    if (!request.url.startsWith("/v1/")) return;
    await perAddress(request, reply);
    if (ENTRANCES.has(operation(request))) await perEntrance(request, reply);
  });
  return async (request, reply) => {
    if (request.ctx.actor.kind !== "anonymous") await perActor(request, reply);
  };
}

function refuseAbove(policy: string, counted: Awaited<ReturnType<Limiter>>, reply: FastifyReply): void {
  if (counted.isAllowed) return;
  reply.header("RateLimit-Policy", `"${policy}";q=${counted.max};w=${WINDOW_S}`);
  reply.header("RateLimit", `"${policy}";r=${counted.remaining};t=${counted.ttlInSeconds}`);
  if (!counted.isExceeded) return;
  reply.header("Retry-After", String(counted.ttlInSeconds));
  throw problem("request.too_many", `At most ${counted.max} requests in ${WINDOW_S} seconds; try again in ${counted.ttlInSeconds} seconds.`);
}
