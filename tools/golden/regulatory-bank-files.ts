import { formatAmount, money } from "#engine/index.ts";
import { ibanValid, readAch, readInitiation, readStatements, readStatusReport, returnLevelsExceeded, routingCheckDigit } from "#integrations/rails/index.ts";
import { ties } from "#modules/payments/index.ts";
import { UnreadableFile } from "#modules/payments/ports.ts";
import { first, list, number, object, same, text, understood } from "./regulatory-read.ts";
import type { Json } from "./regulatory-read.ts";

/** nacha_ach.json */
export function nacha(v: Json): string | null {
  const [inputs, expected] = [object(v["inputs"], "inputs"), object(v["expected"], "expected")];
  switch (text(v["group"], "group")) {
    case "check-digit": return same("checkDigit", routingCheckDigit(text(inputs["routing8"], "routing8")), expected["checkDigit"]);
    case "return-rate": {
      const returns = { unauthorized: number(inputs["unauthorizedReturns"], "unauthorized"), administrative: number(inputs["administrativeReturns"], "administrative"), overall: number(inputs["allReturns"], "all") };
      return same("exceeded", returnLevelsExceeded(number(inputs["debitEntries"], "debitEntries"), returns), expected["exceeded"]);
    }
    case "file": return achFile(list(inputs["lines"], "lines").map((line) => text(line, "line")), expected);
    default: throw new TypeError("group is not understood");
  }
}

function achFile(lines: readonly string[], expected: Json): string | null {
  understood(expected, ["fileControl", "entries", "returns", "nocs"]);
  const { control: c, entries, faults } = readAch(lines.join("\n"));
  return first(
    same("faults", faults, []),
    same("fileControl", { batchCount: c.batches, blockCount: c.blocks, entryAddendaCount: c.entriesAndAddenda, entryHash: Number(c.entryHash), totalDebitCents: Number(c.debitMinor), totalCreditCents: Number(c.creditMinor) }, expected["fileControl"]),
    same("entries", entries.map((e) => ({ transactionCode: e.transactionCode, routing: e.routing, account: e.account, amountCents: Number(e.amountMinor), name: e.name, trace: e.trace })), expected["entries"]),
    same("returns", entries.flatMap((e) => e.returned ?? []), expected["returns"]), same("nocs", entries.flatMap((e) => e.change ?? []), expected["nocs"]),
  );
}

/** iso20022.json: a file that can be read is valid; what else is expected of it are checks of business. */
export function iso20022(v: Json): string | null {
  const [inputs, expected] = [object(v["inputs"], "inputs"), object(v["expected"], "expected")];
  const group = text(v["group"], "group");
  if (group === "iban") return same("valid", ibanValid(text(inputs["iban"], "iban")), expected["valid"]);
  const read = READERS[group];
  if (read === undefined) throw new TypeError("group is not understood");
  let found: Json | null = null;
  try {
    found = read(Buffer.from(text(inputs["xml"], "xml")));
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
  }
  const { xsdValid, note: _note, ...facts } = expected;
  understood(facts, Object.keys(found ?? {}));
  return first(same("xsdValid", found !== null, xsdValid), ...Object.entries(facts).map(([name, value]) => same(name, found?.[name], value)));
}

const euros = (minor: bigint): string => formatAmount(money(minor, "EUR"));

const READERS: Readonly<Record<string, (bytes: Buffer) => Json>> = {
  "pain.001": initiation, "pain.008": initiation,
  "pain.002": (bytes) => {
    const [item] = readStatusReport(bytes).items;
    return { status: item?.status, reason: item?.reason, originalEndToEndId: item?.endToEndId };
  },
  "camt.053": (bytes) => {
    const [statement] = readStatements(bytes);
    if (statement?.openingMinor === undefined || statement.closingMinor === undefined) throw new TypeError("a statement without balances");
    return { opening: euros(statement.openingMinor), closing: euros(statement.closingMinor), balances: ties(statement) };
  },
  "camt.054": (bytes) => {
    const lines = readStatements(bytes).flatMap((s) => s.lines);
    return { entries: lines.length, netCredit: euros(sumOf(lines)) };
  },
};

const sumOf = (lines: readonly { readonly amountMinor: bigint }[]): bigint => lines.reduce((sum, line) => sum + line.amountMinor, 0n);

function initiation(bytes: Buffer): Json {
  const file = readInitiation(bytes);
  return {
    numberOfTransactions: file.count, countMatches: file.countMatches, controlSum: file.controlSum, controlSumMatches: file.controlSumMatches, endToEndIds: file.items.map((item) => item.endToEndId), sequenceType: file.sequenceType,
    mandateId: file.items[0]?.mandateId, mandatePresent: file.items.every((item) => item.mandateId !== undefined),
  };
}
