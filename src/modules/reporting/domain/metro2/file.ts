import type { IsoDate } from "#engine/index.ts";
import { plainText } from "../plain-text.ts";
import { BASE_LENGTH, HEADER, TRAILER } from "./layout.ts";
import { readAttached, readBaseSegment, readRecord, writeRecord, type Metro2Record } from "./record.ts";

/** Who reports, as the bureaus know them. */
export interface Reporter { readonly name: string; readonly address: string; readonly phone: string; readonly programs: Readonly<Record<string, string>> }

/** The header record. @param asOf the last day of the month reported @param made the day the file is made */
export function metro2Header(reporter: Reporter, asOf: IsoDate, made: IsoDate): string {
  const program = (name: string, length: number) => plainText(reporter.programs[name], length);
  return writeRecord(HEADER, {
    recordDescriptorWord: BASE_LENGTH, recordIdentifier: "HEADER", innovisProgramIdentifier: program("innovis", 10), equifaxProgramIdentifier: program("equifax", 10), experianProgramIdentifier: program("experian", 5),
    transUnionProgramIdentifier: program("transunion", 10), activityDate: asOf, dateCreated: made, reporterName: plainText(reporter.name, 40), reporterAddress: plainText(reporter.address, 96),
    reporterTelephoneNumber: reporter.phone.replace(/\D/g, "").slice(-10), softwareVendorName: "LOANWRIGHT", softwareVersionNumber: "1",
  });
}

/** Counts of a file by the names of the trailer's fields. */
export type Metro2Counts = Record<string, number>;

/** Adds one record to the counts. */
export function countMetro2(counts: Metro2Counts, base: Metro2Record, attached: readonly Metro2Record[]): void {
  const add = (name: string) => { counts[name] = (counts[name] ?? 0) + 1; };
  const person = (of: Metro2Record, segment: string) => {
    for (const [field, total] of [["socialSecurityNumber", "totalSocialNumbers"], ["dateBirth", "totalDatesBirth"]] as const) {
      if (!filled(of[field])) continue;
      add(`${total}AllSegments`);
      add(`${total}${segment}Segments`);
    }
    if (filled(of["telephoneNumber"])) add("totalTelephoneNumbersAllSegments");
    if (of["ecoaCode"] === "Z") add("totalEcoaCodeZ");
  };
  add("totalBaseRecords");
  add(`totalStatusCode${String(base["accountStatus"])}`);
  person(base, "Base");
  for (const segment of attached) {
    const kind = String(segment["segmentIdentifier"]);
    if (kind === "J1" || kind === "J2") {
      add(`totalConsumerSegments${kind}`);
      person(segment, kind);
    } else add({ K1: "totalOriginalCreditorSegments", K2: "totalPurchasedToSegments", K3: "totalMortgageInformationSegments", K4: "totalPaymentInformationSegments", L1: "totalChangeSegments", N1: "totalEmploymentSegments" }[kind] ?? kind);
  }
}

const filled = (value: string | number | null | undefined): boolean => value !== null && value !== undefined && !/^0*$/.test(String(value));

/** The trailer record: the counts, and a block for each record, header and trailer among them. */
export function metro2Trailer(counts: Metro2Counts): string {
  return writeRecord(TRAILER, { recordDescriptorWord: BASE_LENGTH, recordIdentifier: "TRAILER", blockCount: (counts["totalBaseRecords"] ?? 0) + 2, ...counts });
}

/**
 * Reads a file of one record a line back and says what is wrong with it: every record by its layout, its length by its descriptor, and each
 * total of the trailer against what the records come to.
 */
export async function checkMetro2(lines: AsyncIterable<string> | Iterable<string>): Promise<{ readonly records: number; readonly faults: readonly string[] }> {
  const faults: string[] = [];
  const counts: Metro2Counts = {};
  let records = 0;
  let trailer: Metro2Record | null = null;
  for await (const line of lines) {
    records++;
    try {
      if (line.startsWith("HEADER", 4)) {
        if (records !== 1 || readRecord(HEADER, line)["activityDate"] === null) faults.push(`record ${records}: a header stands first and names the day`);
      } else if (line.startsWith("TRAILER", 4)) trailer = readRecord(TRAILER, line);
      else {
        const [base, attached] = [readBaseSegment(line), readAttached(line)];
        if (base["recordDescriptorWord"] !== line.length) faults.push(`record ${records}: the descriptor says ${base["recordDescriptorWord"]}, the record has ${line.length} columns`);
        countMetro2(counts, base, attached);
      }
    } catch (error) {
      faults.push(`record ${records}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (trailer === null) return { records, faults: [...faults, "there is no trailer"] };
  for (const { name, kind } of TRAILER) if (kind === "numeric" && name.startsWith("total") && trailer[name] !== (counts[name] ?? 0)) faults.push(`${name}: the trailer says ${trailer[name]}, the records come to ${counts[name] ?? 0}`);
  if (trailer["blockCount"] !== records) faults.push(`blockCount: the trailer says ${trailer["blockCount"]}, there are ${records} records`);
  return { records, faults };
}
