/** A calendar day as text, `"2026-01-31"`: sorts, compares and stores right. Proleptic Gregorian, years 0001 to 9999. */
export type IsoDate = string & { readonly __isoDate: true };

/** A day as a whole number: days since 1970-01-01. The form inner loops use. */
export type Day = number;

/** Parts of a day: month 1–12, day 1–31. */
export type CivilDate = { readonly year: number; readonly month: number; readonly day: number };

/** First and last representable days (0001-01-01, 9999-12-31). */
export const MIN_DAY: Day = -719_162;
export const MAX_DAY: Day = 2_932_896;

/**
 * Checks and brands a day.
 * @throws RangeError  not `YYYY-MM-DD`, or no such day
 * @example            isoDate("2024-02-29")
 */
export function isoDate(text: string): IsoDate {
  toDay(text as IsoDate);
  return text as IsoDate;
}

/** Whether text is a real day in the form `YYYY-MM-DD`. */
export function isIsoDate(text: string): text is IsoDate {
  return parseDay(text) !== null;
}

/** The number of a day. @throws RangeError not a real day. @example toDay(isoDate("1970-01-02")) is 1 */
export function toDay(date: IsoDate): Day {
  const day = parseDay(date);
  if (day === null) throw new RangeError(`not a date: ${JSON.stringify(date)}`);
  return day;
}

/** Read by character codes: days are parsed more often than anything else is done here. */
function parseDay(text: string): Day | null {
  if (typeof text !== "string" || text.length !== 10 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return null;
  const [year, month, day] = [digits(text, 0) * 100 + digits(text, 2), digits(text, 5), digits(text, 8)];
  // A character that is no digit makes a part, and so the day, not a number, which no comparison lets pass.
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month) ? civilToDay(year, month, day) : null;
}

/** Two decimal digits at a place; NaN when one is not. */
function digits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** The text of a day number. @throws RangeError outside the calendar. @example fromDay(0) is "1970-01-01" */
export function fromDay(day: Day): IsoDate {
  if (!Number.isInteger(day) || day < MIN_DAY || day > MAX_DAY) throw new RangeError(`day ${day} is outside the calendar`);
  const { year, month, day: dayOfMonth } = dayToCivil(day);
  return `${String(year).padStart(4, "0")}-${month < 10 ? "0" : ""}${month}-${dayOfMonth < 10 ? "0" : ""}${dayOfMonth}` as IsoDate;
}

/**
 * Day number of a civil date. The year is counted from 1 March, so that the leap day falls at its end.
 * @source H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil
 */
export function civilToDay(year: number, month: number, day: number): Day {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  // Parts of an era are never negative: cutting off is the floor, and quicker.
  const dayOfYear = (((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) | 0) + day - 1;
  const dayOfEra = yearOfEra * 365 + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Civil date of a day number; the inverse of {@link civilToDay}. @source as there, civil_from_days */
export function dayToCivil(day: Day): CivilDate {
  const z = day + 719_468;
  const era = Math.floor(z / 146_097);
  const doe = z - era * 146_097;
  const yoe = ((doe - ((doe / 1460) | 0) + ((doe / 36_524) | 0) - ((doe / 146_096) | 0)) / 365) | 0;
  const doy = doe - (365 * yoe + ((yoe / 4) | 0) - ((yoe / 100) | 0));
  const mp = ((5 * doy + 2) / 153) | 0;
  const month = mp < 10 ? mp + 3 : mp - 9;
  return { year: yoe + era * 400 + (month <= 2 ? 1 : 0), month, day: doy - (((153 * mp + 2) / 5) | 0) + 1 };
}

/** Whether a year has 366 days. */
export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days of a month, 1–12. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days of a year: 365 or 366. */
export function daysInYear(year: number): number {
  return isLeapYear(year) ? 366 : 365;
}

/** ISO weekday of a day number: 1 is Monday, 7 Sunday. */
export function weekdayOf(day: Day): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** A day later (earlier if negative). @throws RangeError outside the calendar */
export function addDays(date: IsoDate, days: number): IsoDate {
  return fromDay(toDay(date) + days);
}

/**
 * The same day of the month `months` later; a day the month does not have becomes its last.
 * Count from the first date of a series, not from the one before, or the 31st is lost after February: `dayOfMonth` pins it.
 *
 * @param dayOfMonth   the wanted day, when it is not that of `date` (1–31)
 * @throws RangeError  outside the calendar
 * @example            addMonths("2024-01-31", 1) is 2024-02-29
 */
export function addMonths(date: IsoDate, months: number, dayOfMonth?: number): IsoDate {
  return fromDay(addMonthsToDay(toDay(date), months, dayOfMonth));
}

let steppedFrom: Day = 0;
let civilSteppedFrom: CivilDate = dayToCivil(0);

/** {@link addMonths} on day numbers. */
export function addMonthsToDay(day: Day, months: number, dayOfMonth?: number): Day {
  // A series asks for its first day again and again.
  if (day !== steppedFrom) {
    civilSteppedFrom = dayToCivil(day);
    steppedFrom = day;
  }
  const civil = civilSteppedFrom;
  const index = civil.year * 12 + civil.month - 1 + months;
  const year = Math.floor(index / 12);
  const month = index - year * 12 + 1;
  return civilToDay(year, month, Math.min(dayOfMonth ?? civil.day, daysInMonth(year, month)));
}

/** Days from `from` (counted) to `to` (not counted); negative when `to` is earlier. */
export function daysBetween(from: IsoDate, to: IsoDate): number {
  return toDay(to) - toDay(from);
}

/** The last day of the month of `date`. */
export function endOfMonth(date: IsoDate): IsoDate {
  const { year, month } = dayToCivil(toDay(date));
  return fromDay(civilToDay(year, month, daysInMonth(year, month)));
}

/** The earlier of two days. */
export function earlier(a: IsoDate, b: IsoDate): IsoDate {
  return a < b ? a : b;
}

/** The later of two days. */
export function later(a: IsoDate, b: IsoDate): IsoDate {
  return a > b ? a : b;
}
