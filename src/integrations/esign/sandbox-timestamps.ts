import type { Outbound } from "#kernel/outbound.ts";
import type { Timestamps } from "#modules/origination/ports.ts";

export interface ProviderAddress { readonly url: string; readonly key: string }

/** The timestamp authority, reached over HTTP: a signed token over hash and instant; the same pair gives the same token. */
export function timestampsAt(outbound: Outbound, { url, key }: ProviderAddress): Timestamps {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  return {
    async stamp({ sha256, at }) {
      const answer = await outbound.call({ method: "POST", url: `${url}/esign/v1/timestamps`, headers, body: JSON.stringify({ sha256, at }) });
      if (answer.kind !== "answer") return { kind: answer.kind === "doubt" ? "in_doubt" : "outage", why: answer.why };
      if (answer.status !== 200 && answer.status !== 201) return { kind: "outage", why: `status ${answer.status}` };
      try {
        const { serial, token } = JSON.parse(answer.body.toString("utf8")) as { serial?: unknown; token?: unknown };
        if (typeof token === "string") return { kind: "stamped", serial: String(serial), token };
      } catch {
        // Told below.
      }
      return { kind: "unreadable", why: "the answer is no timestamp" };
    },
  };
}
