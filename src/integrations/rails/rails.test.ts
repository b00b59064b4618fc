import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { UnreadableFile, type CreditTransferFile } from "#modules/payments/ports.ts";
import { readStatements } from "./camt-read.ts";
import { readStatusReport } from "./pain-read.ts";
import { writeCreditTransfers } from "./pain-write.ts";
import { verifyStandardWebhook } from "./sandbox-bank.ts";
import { all, find, readXml, textAt } from "./xml-read.ts";

const bytes = (text: string) => Buffer.from(text, "utf8");
const unreadable = (text: string, pattern: RegExp) => assert.throws(() => readStatements(bytes(text)), (e) => e instanceof UnreadableFile && pattern.test(e.message));

function statement(entries: string, version = "08", closing = "1500.00"): string {
  return `<?xml version="1.0" encoding="UTF-8"?><!-- own sample --><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}"><BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId></GrpHdr><Stmt><Id>ST-1</Id>
  <FrToDt><FrDtTm>2026-01-15T00:00:00Z</FrDtTm><ToDtTm>2026-01-15T23:59:59Z</ToDtTm></FrToDt><Acct><Id><Othr><Id>5010 0001</Id></Othr></Id><Ccy>INR</Ccy></Acct>
  <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="INR">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-01-15</Dt></Dt></Bal>
  <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="INR">${closing}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-01-15</Dt></Dt></Bal>${entries}</Stmt></BkToCstmrStmt></Document>`;
}
const v08 = `<Ntry><NtryRef>B1</NtryRef><Amt Ccy="INR">500.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-01-15</Dt></BookgDt><ValDt><Dt>2026-01-14</Dt></ValDt><AcctSvcrRef>B1</AcctSvcrRef>
  <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>DMCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>E-1</EndToEndId></Refs><Amt Ccy="INR">500.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
  <RltdPties><Dbtr><Pty><Nm>Asha &amp; Rao</Nm></Pty></Dbtr><DbtrAcct><Id><Othr><Id>99</Id></Othr></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>EMI LN00000042</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`;
const v02 = `<Ntry><Amt Ccy="INR">500.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><DtTm>2026-01-15T10:00:00</DtTm></BookgDt><AcctSvcrRef>B1</AcctSvcrRef>
  <NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties><Dbtr><Nm>Asha</Nm></Dbtr></RltdPties></TxDtls></NtryDtls></Ntry>`;

test("a statement of version 08 and one of version 02 are read to the same facts", () => {
  const [s] = readStatements(bytes(statement(v08)));
  assert.deepEqual([s?.account, s?.currency, s?.openingMinor, s?.closingMinor, s?.fromDate], ["50100001", "INR", 100_000n, 150_000n, "2026-01-15"]);
  assert.deepEqual(s?.lines, [{ bankReference: "B1", amountMinor: 50_000n, currency: "INR", bookingDate: "2026-01-15", valueDate: "2026-01-14", code: "RCDT/DMCT", endToEndId: "E-1",
    remittance: "EMI LN00000042", counterpartyName: "Asha & Rao", counterpartyAccount: "99", returnReason: undefined, originalReference: undefined }]);
  const [old] = readStatements(bytes(statement(v02, "02")));
  assert.deepEqual([old?.lines[0]?.amountMinor, old?.lines[0]?.counterpartyName, old?.lines[0]?.endToEndId, old?.lines[0]?.valueDate], [50_000n, "Asha", undefined, "2026-01-15"]);
});

test("a batch booking is told by its parts when they add up, and as one line when they do not", () => {
  const part = (amount: string, id: string) => `<TxDtls><Refs><EndToEndId>${id}</EndToEndId></Refs><Amt Ccy="INR">${amount}</Amt></TxDtls>`;
  const batch = (second: string) => `<Ntry><Amt Ccy="INR">500.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-01-15</Dt></BookgDt><AcctSvcrRef>B7</AcctSvcrRef><NtryDtls>${part("200.00", "a")}${part(second, "b")}</NtryDtls></Ntry>`;
  assert.deepEqual(readStatements(bytes(statement(batch("300.00"))))[0]?.lines.map((l) => [l.bankReference, l.amountMinor, l.endToEndId]), [["B7", -20_000n, "a"], ["B7#2", -30_000n, "b"]]);
  assert.deepEqual(readStatements(bytes(statement(batch("299.00"))))[0]?.lines.map((l) => l.amountMinor), [-50_000n]);
});

test("pending entries are not money", () => {
  assert.equal(readStatements(bytes(statement(v08.replace("BOOK", "PDNG"))))[0]?.lines.length, 0);
});

test("hostile and broken files are refused with the place, and nothing is expanded", () => {
  unreadable(`<!DOCTYPE lol [<!ENTITY a "aaaa">]><Document>&a;</Document>`, /DOCTYPE/);
  unreadable(`<Document>&secret;</Document>`, /not a known entity/);
  unreadable("<a>".repeat(1000), /nested deeper/);
  unreadable("<Document><BkToCstmrStmt></Document>", /closes nothing/);
  unreadable("<Document><Stmt>", /ends before/);
  unreadable("<Document/><Document/>", /exactly one/);
  unreadable("<Document/>trailing", /outside/);
  unreadable("", /exactly one/);
  unreadable("not xml", /outside/);
  unreadable("<Document><Other/></Document>", /neither camt/);
  unreadable(statement(v08.replace("500.00", "500.001")), /Ntry\[1\]\/Amt: "500.001" is not an amount of INR/);
  unreadable(statement(v08.replace("500.00", "5e2")), /Amt/);
  unreadable(statement(v08.replace(">CRDT<", ">BOTH<")), /CdtDbtInd/);
  unreadable(statement(v08).replace("<Id>ST-1</Id>", ""), /Stmt\[1\]\/Id: is missing/);
  assert.throws(() => readXml(Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0xfe, 0x3c, 0x2f, 0x61, 0x3e])), UnreadableFile);
  assert.throws(() => readXml(bytes(`<?xml version="1.0" encoding="UTF-7"?><a/>`)), /encoding/);
});

test("whatever bytes come, the reader answers with a statement or a refusal, never with another error", () => {
  const pieces = fc.constantFrom("<", ">", "/", "!", "?", "[CDATA[", "]]>", "<!--", "-->", "&", ";", "&lt;", "&#0;", "&#xD800;", "Document", " a='1'", " Ccy=\"INR\"", "<Stmt>", "</Stmt>", "\u0000", "नि", "=", "'");
  fc.assert(fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
    try {
      readStatements(bytes(parts.join("")));
    } catch (error) {
      assert.ok(error instanceof UnreadableFile, String(error));
    }
  }), { numRuns: 500 });
});

test("ten times the lines are read in about ten times the steps: forty thousand lines work", () => {
  const lines = readStatements(bytes(statement(v08.repeat(40_000))))[0]?.lines;
  assert.equal(lines?.length, 40_000);
});

const file = (transfers: CreditTransferFile["transfers"]): CreditTransferFile => ({
  messageId: "MSG-1", createdAt: "2026-01-15T09:00:00Z", executionDate: "2026-01-15", currency: "INR", debtor: { name: "Bharat Finance", number: { scheme: "in", bankCode: "SBXB0000001", account: "50100001" } }, transfers,
});

test("a payment file names every transfer, and its totals are true, whatever names people have", () => {
  const name = fc.oneof(fc.constantFrom("Asha <Rao> & Söhne", "O'Neil \"Bob\"", "आशा राव", "a\u0000b\u001f", "x".repeat(200), "😀".repeat(150)), fc.string({ minLength: 1, unit: "binary" }));
  fc.assert(fc.property(fc.array(fc.record({ minor: fc.bigInt(1n, 10n ** 12n), name }), { minLength: 1, maxLength: 20 }), (given) => {
    const xml = writeCreditTransfers(file(given.map((g, i) => ({ endToEndId: `E${i}`, amountMinor: g.minor, creditor: { name: g.name, number: { scheme: "in", bankCode: "HDFC0000001", account: "123" } }, remittance: g.name }))));
    const root = readXml(bytes(xml));
    const block = find(root, "CstmrCdtTrfInitn", "PmtInf");
    const items = all(block, "CdtTrfTxInf");
    const amounts = items.map((item) => BigInt((textAt(item, "Amt", "InstdAmt") ?? "").replace(".", "")));
    assert.deepEqual(amounts, given.map((g) => g.minor));
    assert.equal(BigInt((textAt(root, "CstmrCdtTrfInitn", "GrpHdr", "CtrlSum") ?? "").replace(".", "")), amounts.reduce((a, b) => a + b, 0n));
    for (const item of items) assert.ok([...(textAt(item, "Cdtr", "Nm") ?? "")].length <= 140);
  }));
});

test("a file without transfers, a zero amount and an identifier too long are faults", () => {
  const one = { endToEndId: "E1", amountMinor: 1n, creditor: { name: "A", number: { scheme: "us" as const, bankCode: "021000021", account: "1" } }, remittance: "" };
  assert.throws(() => writeCreditTransfers(file([])), RangeError);
  assert.throws(() => writeCreditTransfers(file([{ ...one, amountMinor: 0n }])), RangeError);
  assert.throws(() => writeCreditTransfers(file([{ ...one, endToEndId: "x".repeat(36) }])), RangeError);
  assert.match(writeCreditTransfers(file([one])), /<Cd>USABA<\/Cd>/);
});

test("a webhook counts only with the bank's signature over this very body, and only for five minutes", () => {
  const now = 1_768_450_000_000;
  const sign = (body: string, at = now / 1000, key = "k") => ({ "webhook-id": "w1", "webhook-timestamp": String(at), "webhook-signature": `v1,${createHmac("sha256", key).update(`w1.${at}.${body}`).digest("base64")}` });
  assert.equal(verifyStandardWebhook("k", sign("{}"), "{}", now), true);
  assert.equal(verifyStandardWebhook("k", sign("{}"), "{ }", now), false);
  assert.equal(verifyStandardWebhook("k", sign("{}", now / 1000, "other"), "{}", now), false);
  assert.equal(verifyStandardWebhook("k", sign("{}", now / 1000 - 301), "{}", now), false);
  assert.equal(verifyStandardWebhook("k", {}, "{}", now), false);
});

const SAMPLES = process.env["LOANWRIGHT_SAMPLES"] ?? join(import.meta.dirname, "../../../../shared");
const there = existsSync(join(SAMPLES, "data/camt"));

test("published sample statements are read, and those whose publisher made them tie do tie", (t) => {
  if (!there) return absent(t);
  const files = readdirSync(join(SAMPLES, "data/camt")).filter((name) => name.endsWith(".xml"));
  assert.ok(files.length >= 5);
  let lines = 0;
  let tied = 0;
  for (const name of files) {
    for (const s of readStatements(readFileSync(join(SAMPLES, "data/camt", name)))) {
      lines += s.lines.length;
      if (s.openingMinor !== undefined && s.openingMinor + s.lines.reduce((sum, l) => sum + l.amountMinor, 0n) === s.closingMinor) tied += 1;
      assert.equal(new Set(s.lines.map((l) => l.bankReference)).size, s.lines.length, `${name}: a reference stands there twice`);
    }
  }
  assert.ok(lines > 30, `only ${lines} lines were read`);
  assert.equal(tied, 4, "three euro statements and the empty British one tie as published");
  const [us] = readStatements(readFileSync(join(SAMPLES, "data/camt/camt053-us.xml")));
  assert.deepEqual([us?.account, us?.openingMinor, us?.closingMinor, us?.lines.length], ["DD01100056869", -84_368_620n, -84_666_515n, 15]);
});

test("published sample status reports are read to what they say", (t) => {
  if (!there) return absent(t);
  const read = (name: string) => readStatusReport(readFileSync(join(SAMPLES, "data/pain", name)));
  assert.deepEqual(read("cross_river-pain_002_transaction_rejected.xml").items.map((i) => [i.endToEndId, i.status, i.reason]).at(-1), ["example012345678", "RJCT", "NARR"]);
  assert.equal(read("nordea-pain_002_v3_group_reject.xml").groupStatus, "RJCT");
  assert.equal(read("nordea-pain_002_v3_txn_reject.xml").items.length, 2);
  for (const name of readdirSync(join(SAMPLES, "data/pain")).filter((n) => n.includes("pain_002"))) assert.ok(read(name).originalMessageId !== undefined || read(name).groupStatus === "RJCT");
});

function absent(t: { skip(reason: string): void }): void {
  assert.equal(process.env["CI"], undefined, "the sample files are missing");
  t.skip(`no sample files under ${SAMPLES}`);
}
