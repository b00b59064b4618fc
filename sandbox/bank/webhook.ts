import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "#kernel/clock.ts";

const DELAYS_MS = [0, 250, 1_000, 4_000];
const DEADLINE_MS = 5_000;

/**
 * Calls a webhook, signed after Standard Webhooks with the provider's key as secret. Tried four times; who is not
 * reached then asks for the status.
 *
 * @source Standard Webhooks 1.0: signature over `id.timestamp.body`, HMAC-SHA-256 in base64 after `v1,`
 */
export async function callWebhook(url: string, id: string, payload: unknown, secret: string, stop: AbortSignal): Promise<boolean> {
  const body = JSON.stringify(payload);
  for (const delay of DELAYS_MS) {
    try {
      await sleep(delay, undefined, { signal: stop });
      const timestamp = String(Math.floor(systemClock.nowMs() / 1_000));
      const signature = createHmac("sha256", secret).update(`${id}.${timestamp}.${body}`).digest("base64");
      const response = await fetch(url, {
        method: "POST", body, redirect: "error", signal: AbortSignal.any([stop, AbortSignal.timeout(DEADLINE_MS)]),
        headers: { "content-type": "application/json", "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` },
      });
      await response.body?.cancel();
      if (response.ok) return true;
    } catch {
      // Not reached, too slow, or the sandbox is closing: the loop or the signal decides what follows.
      if (stop.aborted) return false;
    }
  }
  return false;
}
