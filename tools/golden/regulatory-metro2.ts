import { metro2Status, paymentHistoryProfile, readBaseSegment } from "#modules/reporting/index.ts";
import { first, list, number, object, same, text } from "./regulatory-read.ts";
import type { Json } from "./regulatory-read.ts";

/** metro2.json */
export function metro2(v: Json): string | null {
  const [inputs, expected] = [object(v["inputs"], "inputs"), object(v["expected"], "expected")];
  switch (text(v["group"], "group")) {
    case "history": return same("profile", paymentHistoryProfile(list(inputs["monthsMostRecentFirst"], "months").map((code) => text(code, "code"))), expected["profile"]);
    case "status": {
      const made = metro2Status(number(inputs["daysPastDue"], "daysPastDue"));
      return first(same("accountStatus", made.status, expected["accountStatus"]), same("historyCode", made.code, expected["historyCode"]));
    }
    case "sample": return sample(text(inputs["record"], "record"), expected);
    default: throw new TypeError("group is not understood");
  }
}

function sample(record: string, expected: Json): string | null {
  const read = readBaseSegment(record);
  const fields = Object.entries(object(expected["fields"], "fields"));
  if (fields.length === 0) throw new TypeError("no fields are expected");
  return first(
    same("recordDescriptor", record.slice(0, 4), expected["recordDescriptor"]),
    same("recordDescriptorWord", read["recordDescriptorWord"], Number(expected["recordDescriptor"])),
    ...fields.map(([name, value]) => (name in read ? same(name, asPublished(read[name]), value) : `${name}: the base segment has no such field`)),
  );
}

/** The samples print a day as the instant it begins. */
function asPublished(value: string | number | null | undefined): unknown {
  return typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T00:00:00Z` : value;
}
