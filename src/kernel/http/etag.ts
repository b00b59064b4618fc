import { problem } from "../kernel-problems.ts";
import type { FastifyReply, FastifyRequest } from "./app.ts";

/** Marks an answer with the version of the record it shows. */
export function etag(reply: FastifyReply, version: number | bigint): FastifyReply {
  return reply.header("etag", `"${version}"`);
}

/** The version the client read; refuses with version.missing. */
export function versionRead(request: FastifyRequest): number {
  const text = request.headers["if-match"];
  const match = /^(?:W\/)?"(\d{1,15})"$/.exec(text ?? "");
  if (match?.[1] === undefined) throw problem("version.missing");
  return Number(match[1]);
}

/** Refuses with version.missing or version.conflict unless the client's version is the current one. */
export function requireVersion(request: FastifyRequest, current: number | bigint): void {
  if (versionRead(request) !== Number(current)) throw problem("version.conflict", undefined, { extra: { currentVersion: Number(current) } });
}
