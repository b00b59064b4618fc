import { adjustToBusinessDay, calendar, isBusinessDayRule } from "#engine/calendar.ts";
import { dayCountDays, isDayCountConvention, yearFraction } from "#engine/daycount.ts";
import { isRollConvention, nextRollDate, previousRollDate, rollDate, scheduleDates, STUB_RULES } from "#engine/schedule-dates.ts";
import type { RollConvention, StubRule } from "#engine/schedule-dates.ts";
import { date, first, flag, list, near, number, optional, same, text } from "./regulatory-read.ts";
import type { Json } from "./regulatory-read.ts";

/** daycount.json */
export function dayCount(v: Json): string | null {
  const convention = text(v["convention"], "convention");
  if (!isDayCountConvention(convention)) throw new TypeError(`unknown convention ${convention}`);
  const [start, end] = [date(v["start"], "start"), date(v["end"], "end")];
  const context = {
    terminationDate: optional(v["terminationDate"], "terminationDate", date), periodEnd: optional(v["periodEnd"], "periodEnd", date),
    frequencyMonths: optional(v["frequencyMonths"], "frequencyMonths", number), endOfMonth: optional(v["endOfMonth"], "endOfMonth", flag),
    scheduleStart: optional(v["scheduleStart"], "scheduleStart", date), scheduleEnd: optional(v["scheduleEnd"], "scheduleEnd", date),
  };
  if (v["days"] === undefined && v["yearFraction"] === undefined) throw new TypeError("nothing is expected");
  return first(
    v["days"] === undefined ? null : same("days", dayCountDays(convention, start, end, context), v["days"]),
    v["yearFraction"] === undefined ? null : near("yearFraction", yearFraction(convention, start, end, context), v["yearFraction"], 1e-9),
  );
}

/** calendar_roll_schedule.json */
export function calendarVector(v: Json): string | null {
  switch (text(v["group"], "group")) {
    case "business_day": {
      const rule = text(v["convention"], "convention");
      if (!isBusinessDayRule(rule)) throw new TypeError(`unknown rule ${rule}`);
      const at = calendar(text(v["calendar"], "calendar"), list(v["holidays"] ?? [], "holidays").map((d) => date(d, "holiday")));
      return same("date", adjustToBusinessDay(rule, at, date(v["date"], "date")), v["expected"]);
    }
    case "roll": return same("date", rolled(v), v["expected"]);
    case "schedule": return schedule(v);
    default: throw new TypeError("group is not understood");
  }
}

function roll(value: unknown): RollConvention {
  const name = text(value, "roll");
  if (!isRollConvention(name)) throw new TypeError(`unknown roll ${name}`);
  return name;
}

function rolled(v: Json): string {
  const [how, from] = [roll(v["roll"]), date(v["date"], "date")];
  switch (text(v["op"], "op")) {
    case "adjust": return rollDate(how, from);
    case "next": return nextRollDate(how, from, { months: number(v["months"], "months") });
    case "previous": return previousRollDate(how, from, { months: number(v["months"], "months") });
    default: throw new TypeError("op is not understood");
  }
}

function schedule(v: Json): string | null {
  const [ruleName = "", weekend = "NO_HOLIDAYS"] = (optional(v["businessDay"], "businessDay", text) ?? "NO_ADJUST/NO_HOLIDAYS").split("/");
  if (!isBusinessDayRule(ruleName)) throw new TypeError(`unknown rule ${ruleName}`);
  const stub = optional(v["stub"], "stub", text);
  if (stub !== null && !(STUB_RULES as readonly string[]).includes(stub)) throw new TypeError(`unknown stub ${stub}`);
  const months = optional(v["frequencyMonths"], "frequencyMonths", number);
  const days = optional(v["frequencyDays"], "frequencyDays", number);
  const made = scheduleDates({
    start: date(v["start"], "start"), end: date(v["end"], "end"), frequency: months !== null ? { months } : days !== null ? { days } : null,
    stub: stub as StubRule | null, roll: optional(v["roll"], "roll", roll), firstRegular: optional(v["firstRegular"], "firstRegular", date),
    lastRegular: optional(v["lastRegular"], "lastRegular", date), rule: ruleName,
    calendar: calendar(weekend, list(v["holidays"] ?? [], "holidays").map((d) => date(d, "holiday"))),
  });
  return first(same("unadjusted", made.unadjusted, v["unadjusted"]), v["adjusted"] === undefined ? null : same("adjusted", made.adjusted, v["adjusted"]));
}
