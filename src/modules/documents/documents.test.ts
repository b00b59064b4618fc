import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import type { App } from "#kernel/http/app.ts";
import { buildServer } from "#kernel/http/server.ts";
import { isProblem } from "#kernel/problems.ts";
import type { Role } from "#kernel/permissions.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import { displayName } from "./commands/store-document.ts";
import { heicPixels, inspect } from "./domain/inspect.ts";
import { eraseDocument, grantOwner, module, readDocument, storeDocument } from "./index.ts";

let world: TestWorld;
let app: App;
const PDF = Buffer.from("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n");
const HEIC = readFileSync(join(import.meta.dirname, "domain/samples/photo.heic"));
const picture = (format: "jpeg" | "png", width = 60, height = 40) => sharp({ create: { width, height, channels: 3, background: { r: 9, g: 99, b: 199 } } })[format]().toBuffer();

before(async () => {
  world = await testWorld();
  app = await buildServer({ services: world.services, modules: [module], authenticate: async (request) => {
    const role = request.headers["x-role"] as Role | undefined;
    return role === undefined ? undefined : { tenantId: (request.headers["x-tenant"] as string | undefined) ?? world.bharat, actor: world.as([role], { person: (request.headers["x-person"] as string | undefined) ?? `usr_${role}`, partyId: request.headers["x-party"] as string, branchId: request.headers["x-branch"] as string }).actor };
  } });
  const ctx = world.system();
  await ctx.transaction((tx) => grantOwner(tx, ctx, { owner: { kind: "application", id: "app_1" }, viewerIds: ["pty_1"], branchId: "br_1" }));
});
after(async () => {
  await app.close();
  await world.close();
});

function form(file: Buffer, name = "scan.pdf", more: Record<string, string> = {}): { payload: Buffer; headers: Record<string, string> } {
  const fields = { ownerKind: "application", ownerId: "app_1", purpose: "identity", ...more };
  const parts = Object.entries(fields).map(([k, v]) => `--XX\r\ncontent-disposition: form-data; name="${k}"\r\n\r\n${v}\r\n`).join("");
  const head = `${parts}--XX\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/pdf\r\n\r\n`;
  return { payload: Buffer.concat([Buffer.from(head), file, Buffer.from("\r\n--XX--\r\n")]), headers: { "content-type": "multipart/form-data; boundary=XX" } };
}
let keys = 0;
const send = (file: Buffer, who: Record<string, string> = { "x-role": "operations_officer" }, name?: string, more?: Record<string, string>, key = `upload-key-${++keys}`) => {
  const { payload, headers } = form(file, name, more);
  return app.inject({ method: "POST", url: "/v1/documents", payload, headers: { ...headers, ...who, "idempotency-key": key } });
};
const get = (url: string, who: Record<string, string> = { "x-role": "operations_officer" }) => app.inject({ method: "GET", url, headers: who });

test("what is kept is decided by content: a photo named .pdf is a photo, a program named .jpg is refused", async () => {
  assert.equal((await inspect(PDF)).contentType, "application/pdf");
  assert.equal((await inspect(await picture("jpeg"))).contentType, "image/jpeg");
  assert.equal((await inspect(await picture("png"))).contentType, "image/png");
  for (const bad of [Buffer.from("MZ\x90\x00 program"), Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), Buffer.from("<html><script>"), Buffer.from("plain"), Buffer.from("PK\x03\x04zip")]) {
    await assert.rejects(inspect(bad), (e) => isProblem(e, "document.type_not_allowed"));
  }
  await assert.rejects(inspect(Buffer.alloc(0)), (e) => isProblem(e, "document.empty"));
  await assert.rejects(inspect((await picture("jpeg", 900, 900)).subarray(0, 400)), (e) => isProblem(e, "document.unreadable_image"));
});

/** A PDF with an encryption dictionary of revision 2 whose check value fits the empty password, or fits none. */
function lockedPdf(opens: boolean): Buffer {
  const pad = Buffer.from("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a", "hex");
  const owner = Buffer.alloc(32, 0xab);
  const permissions = Buffer.from("fcffffff", "hex");
  const key = createHash("md5").update(pad).update(owner).update(permissions).update(Buffer.alloc(1)).digest().subarray(0, 5);
  const user = opens ? rc4(key, pad) : Buffer.alloc(32, 0xcd);
  return Buffer.from(`%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n3 0 obj\n<< /Filter /Standard /V 1 /R 2 /O <${owner.toString("hex")}> /U <${user.toString("hex")}> /P -4 >>\nendobj\ntrailer << /Root 1 0 R /Encrypt 3 0 R /ID [<00> <00>] >>\n%%EOF\n`);
}

function rc4(key: Buffer, input: Buffer): Buffer {
  const s = Array.from({ length: 256 }, (_v, i) => i);
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + (s[i] ?? 0) + (key[i % key.length] ?? 0)) % 256;
    [s[i], s[j]] = [s[j] ?? 0, s[i] ?? 0];
  }
  let [i, j] = [0, 0];
  return Buffer.from([...input].map((byte) => {
    i = (i + 1) % 256;
    j = (j + (s[i] ?? 0)) % 256;
    [s[i], s[j]] = [s[j] ?? 0, s[i] ?? 0];
    return byte ^ (s[((s[i] ?? 0) + (s[j] ?? 0)) % 256] ?? 0);
  }));
}

test("a PDF that opens with a password only is refused by name; one that is locked against changes alone is taken", async () => {
  await assert.rejects(inspect(lockedPdf(false)), (e) => isProblem(e, "document.password_protected"));
  assert.equal((await inspect(lockedPdf(true))).contentType, "application/pdf");
});

test("a picture that would fill the memory is refused before it is decoded", async () => {
  await assert.rejects(inspect(pngBomb(30_000, 30_000)), (e) => isProblem(e, "document.too_many_pixels"));
  const bomb = Buffer.from(HEIC);
  const at = bomb.indexOf("ispe");
  bomb.writeUInt32BE(60_000, at + 8);
  bomb.writeUInt32BE(60_000, at + 12);
  assert.equal(heicPixels(bomb), 3_600_000_000);
  await assert.rejects(inspect(bomb), (e) => isProblem(e, "document.too_many_pixels"));
});

/** A PNG of a few bytes that claims any size. */
function pngBomb(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(8);
    out.writeUInt32BE(data.length, 0);
    out.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([out.subarray(0, 4), body, out.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk("IHDR", head), chunk("IDAT", deflateSync(Buffer.alloc(100))), chunk("IEND", Buffer.alloc(0))]);
}
function crc32(data: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

test("a phone's HEIC is kept as a JPEG that can be shown, with the hash of what came", async () => {
  const sent = await send(HEIC, undefined, "IMG_0001.HEIC");
  assert.equal(sent.statusCode, 201, sent.body);
  const content = await get(`/v1/documents/${sent.json().id}/content`);
  const { width, height, format } = await sharp(content.rawPayload).metadata();
  assert.deepEqual([width, height, format], [96, 64, "jpeg"]);
  assert.equal((await get(`/v1/documents/${sent.json().id}`)).json().originalType, "image/heic");
});

test("names never touch paths, and what people see of them is harmless", () => {
  const cases: readonly (readonly [string, string])[] = [["../../etc/passwd", "passwd"], ["C:\\x\\pan.pdf", "pan.pdf"], ["a\u0000\r\nb\"<>.pdf", "a b .pdf"], ["..", "document"], ["", "document"], ["\u202egpj.exe", "gpj.exe"], ["आधार.pdf", "आधार.pdf"], ["x".repeat(500), "x".repeat(120)]];
  for (const [given, shown] of cases) assert.equal(displayName(given), shown);
});

test("the bytes on disk are sealed, changed ones are noticed, and each read leaves a record", async () => {
  const secret = Buffer.concat([PDF, Buffer.from("PAN ABCPR1234K")]);
  const sent = await send(secret);
  const folder = join(world.services.config.dataDir, "documents", world.bharat);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile());
  assert.ok(files.length > 0);
  for (const file of files) {
    assert.match(file.name, /^[0-9a-f]{64}\.sealed$/);
    assert.ok(!readFileSync(join(file.parentPath, file.name)).includes("ABCPR1234K"));
  }
  const content = await get(`/v1/documents/${sent.json().id}/content`);
  assert.deepEqual(content.rawPayload, secret);
  assert.deepEqual([content.headers["x-content-type-options"], content.headers["content-type"]], ["nosniff", "application/pdf"]);
  assert.match(content.headers["content-disposition"] as string, /^attachment; /);
  const audits = await world.system().read((tx) => tx.rows("test.audits", "SELECT 1 FROM kernel.audit_record WHERE action = 'document.file.read' AND subject = $1", [sent.json().id]));
  assert.equal(audits.length, 1);
  for (const file of files) {
    const path = join(file.parentPath, file.name);
    const sealed = readFileSync(path);
    sealed[40] = (sealed[40] as number) ^ 1;
    writeFileSync(path, sealed);
  }
  const ctx = world.system();
  await assert.rejects(ctx.transaction((tx) => readDocument(tx, ctx, sent.json().id)), /was changed/);
});

test("an erased document cannot be read by anybody", async () => {
  const ctx = world.system();
  const stored = await ctx.transaction((tx) => storeDocument(tx, ctx, { owner: { kind: "party", id: "pty_9" }, purpose: "identity", fileName: "x.pdf", bytes: PDF }));
  await ctx.transaction((tx) => eraseDocument(tx, ctx, stored.id, "asked to be forgotten"));
  await assert.rejects(ctx.transaction((tx) => readDocument(tx, ctx, stored.id)), (e) => isProblem(e, "document.erased"));
});

test("a repeat with the same key and file is one document; with another file it is refused", async () => {
  const first = await send(PDF, undefined, "a.pdf", {}, "same-upload-key");
  const again = await send(PDF, undefined, "a.pdf", {}, "same-upload-key");
  assert.deepEqual(again.json(), first.json());
  const other = await send(Buffer.concat([PDF, Buffer.from(" ")]), undefined, "a.pdf", {}, "same-upload-key");
  assert.equal(other.json().code, "idempotency.body_differs");
});

test("a borrower sends and sees only what is theirs; somebody else's looks like nothing", async () => {
  const asha = { "x-role": "borrower", "x-party": "pty_1", "x-person": "usr_a" };
  const other = { "x-role": "borrower", "x-party": "pty_2", "x-person": "usr_b" };
  const mine = await send(PDF, asha, "मेरा पैन.pdf");
  assert.equal(mine.statusCode, 201, mine.body);
  const url = `/v1/documents/${mine.json().id}`;
  assert.equal((await get(url, asha)).statusCode, 200);
  for (const path of [url, `${url}/content`]) assert.equal((await get(path, other)).statusCode, 404);
  assert.equal((await send(PDF, other)).json().code, "document.not_found");
  assert.equal((await get("/v1/documents", other)).json().total, 0);
  assert.ok((await get("/v1/documents", asha)).json().total > 0);
  assert.equal((await get(url, { "x-role": "loan_officer", "x-branch": "br_2" })).statusCode, 404);
  assert.equal((await get(url, { "x-role": "loan_officer", "x-branch": "br_1" })).statusCode, 200);
  assert.equal((await get(url, { "x-role": "auditor", "x-tenant": world.prairie })).statusCode, 404);
});

test("a document is reviewed once, and a refusal says why", async () => {
  const { id } = (await send(PDF)).json();
  const review = (payload: object) => app.inject({ method: "POST", url: `/v1/documents/${id}/review`, headers: { "x-role": "underwriter", "idempotency-key": `review-key-${++keys}` }, payload });
  assert.equal((await review({ decision: "refused" })).json().code, "document.reason_missing");
  assert.equal((await review({ decision: "refused", reason: "The photo is blurred." })).statusCode, 200);
  assert.equal((await review({ decision: "accepted" })).json().code, "document.already_reviewed");
});

test("bad forms are refused with the field", async () => {
  assert.equal((await send(PDF, undefined, "a.pdf", { ownerId: "../../x" })).json().errors[0].pointer, "/ownerId");
  const json = await app.inject({ method: "POST", url: "/v1/documents", headers: { "x-role": "operations_officer", "idempotency-key": "form-key-0001" }, payload: {} });
  assert.equal(json.json().code, "request.unsupported_media_type");
  const none = await app.inject({ method: "POST", url: "/v1/documents", headers: { "x-role": "operations_officer", "idempotency-key": "form-key-0002", "content-type": "multipart/form-data; boundary=XX" }, payload: "--XX\r\ncontent-disposition: form-data; name=\"purpose\"\r\n\r\nx\r\n--XX--\r\n" });
  assert.equal(none.json().code, "document.file_missing");
  assert.equal((await send(Buffer.concat([PDF, Buffer.alloc(26 * 1024 * 1024)]))).statusCode, 413);
});

test("five gigabytes are refused from the header, before the body is sent", { timeout: 20_000 }, async () => {
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as { port: number };
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("POST /v1/documents HTTP/1.1\r\nHost: x\r\nx-role: operations_officer\r\nIdempotency-Key: big-key-0001\r\nContent-Type: multipart/form-data; boundary=XX\r\nContent-Length: 5368709120\r\n\r\n"));
    let text = "";
    socket.on("data", (piece) => {
      text += piece.toString();
    });
    socket.on("end", () => resolve(text));
    socket.on("error", reject);
  });
  assert.match(answer, /^HTTP\/1.1 413 /);
  assert.match(answer, /request\.too_large/);
});
