import type {
  FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest, FastifyTypeProvider,
  RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault,
} from "fastify";
import type { Static, TSchema } from "typebox";
import type { Context } from "../context.ts";
import type { Permission, Scope } from "../permissions.ts";

/** Gives handlers the types of their schemas. */
interface TypeBoxTypes extends FastifyTypeProvider {
  validator: this["schema"] extends TSchema ? Static<this["schema"]> : unknown;
  serializer: this["schema"] extends TSchema ? Static<this["schema"]> : unknown;
}

/** The server that modules hang their routes on; schemas are TypeBox and give the handlers their types. */
export type App = FastifyInstance<RawServerDefault, RawRequestDefaultExpression, RawReplyDefaultExpression, FastifyBaseLogger, TypeBoxTypes>;

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks, in which tenant. Set before any handler runs. */
    ctx: Context;
    /** How far the route's permission reaches for this actor. */
    scope: Scope;
  }
  interface FastifyContextConfig {
    /** What the actor must hold. Every route says this, or `public`, or the server does not start. */
    permission?: Permission;
    /** Open to visitors: sign-in, health, documentation. */
    public?: boolean;
    /** A public route that still acts inside a tenant, named by the header X-Lender. */
    lender?: boolean;
    /** Not under /v1: set by the server itself. */
    outside?: boolean;
    /** Needs an Idempotency-Key; required on every POST that changes state. */
    idempotent?: boolean;
    /** Which halves of the platform serve it; default both. */
    modes?: readonly ("origination" | "servicing")[];
  }
  interface FastifySchema {
    operationId?: string;
    summary?: string;
    description?: string;
    tags?: readonly string[];
    /** Left out of the API document. */
    hide?: boolean;
  }
}

export type { FastifyReply, FastifyRequest };
