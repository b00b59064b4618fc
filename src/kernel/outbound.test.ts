import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { outboundTo } from "./outbound.ts";
import { isProblem } from "./problems.ts";

let server: Server;
let origin: string;
let hits = 0;
before(async () => {
  server = createServer((request, response) => {
    hits++;
    if (request.url === "/drop") return void request.socket.destroy();
    if (request.url === "/slow") return;
    if (request.url === "/away") return void response.writeHead(302, { location: "http://127.0.0.1:1/" }).end();
    response.end("ok");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => server.closeAllConnections());
after(() => server.close());

const outbound = () => outboundTo([origin], async () => undefined);

test("a listed origin answers", async () => {
  const answer = await outbound().call({ method: "GET", url: `${origin}/` });
  assert.equal(answer.kind === "answer" && answer.body.toString(), "ok");
});

test("an origin that is not listed is not called", async () => {
  const before = hits;
  for (const url of ["http://example.org/", "http://169.254.169.254/latest", origin.replace("127.0.0.1", "localhost")]) {
    await assert.rejects(outbound().call({ method: "GET", url }), (e) => isProblem(e, "service.unavailable"));
  }
  assert.equal(hits, before);
});

test("a customer's address must be public and encrypted, however it is written", () => {
  for (const url of ["http://example.org/", "https://127.0.0.1/", "https://2130706433/", "https://0x7f.1/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://user:pw@example.org/", "https://192.168.1.9/", "nonsense"]) {
    assert.equal(outbound().mayCall(url), false, url);
  }
  assert.equal(outbound().mayCall("https://hooks.example.org/loans"), true);
});

test("a name that resolves to this machine is refused when it is called", async () => {
  const answer = await outboundTo([], async () => undefined).call({ method: "POST", url: "https://localhost/", anyPublic: true });
  assert.deepEqual(answer, { kind: "outage", why: "EPRIVATE" });
});

test("a write whose connection breaks is in doubt and not tried again; a read is an outage", async () => {
  const before = hits;
  assert.equal((await outbound().call({ method: "POST", url: `${origin}/drop`, body: "{}" })).kind, "doubt");
  assert.equal(hits, before + 1);
  assert.equal((await outbound().call({ method: "GET", url: `${origin}/drop`, retries: 0 })).kind, "outage");
});

test("a call ends at its deadline, and a redirect is an answer, not followed", async () => {
  assert.equal((await outbound().call({ method: "POST", url: `${origin}/slow`, deadlineMs: 30 })).kind, "doubt");
  const away = await outbound().call({ method: "GET", url: `${origin}/away` });
  assert.equal(away.kind === "answer" && away.status, 302);
});
