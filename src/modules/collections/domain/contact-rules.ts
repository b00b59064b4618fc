/**
 * When and how often a borrower may be contacted. Pure: the caller brings the local time and what was attempted before.
 *
 * @source India: RBI circular DOR.ORG.REC.65/21.04.158/2022-23 of 12 August 2022: no calls before 8 a.m. or after 7 p.m.
 * @source US: Regulation F, 12 CFR 1006.6(b)(1): before 8 a.m. or after 9 p.m. local time is inconvenient;
 *   12 CFR 1006.14(b)(2)(i): more than seven calls in seven days, or a call within seven days after a conversation, is presumed to harass.
 */
export const CHANNELS = ["call", "sms", "email", "visit"] as const;
export type Channel = (typeof CHANNELS)[number];

/** In the order of the keys 1 to 9. */
export const OUTCOMES = ["promised", "no_answer", "refused", "wrong_number", "hardship", "dispute", "paid_already", "call_back", "left_message"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const RULES = ["contact_hours", "seven_in_seven_days", "seven_days_after_conversation"] as const;
export type ContactRule = (typeof RULES)[number];

interface CountryRules {
  /** Minutes after local midnight; the end itself is still allowed. */
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly hoursApplyTo: readonly Channel[];
  readonly countedChannels: readonly Channel[];
  readonly attempts: number;
  readonly pauseAfterConversation: boolean;
}

const WINDOW_DAYS = 7;
const US: CountryRules = { fromMinute: 8 * 60, toMinute: 21 * 60, hoursApplyTo: CHANNELS, countedChannels: ["call"], attempts: 7, pauseAfterConversation: true };
// RBI names no number; the house limit for India is the one of Regulation F, counted over calls and visits.
const INDIA: CountryRules = { fromMinute: 8 * 60, toMinute: 19 * 60, hoursApplyTo: ["call", "sms", "visit"], countedChannels: ["call", "visit"], attempts: 7, pauseAfterConversation: false };
// A country without rules of its own gets the narrower of both.
const RULES_OF: Readonly<Record<string, CountryRules>> = { IN: INDIA, US };
const STRICTEST: CountryRules = { ...US, toMinute: INDIA.toMinute, countedChannels: INDIA.countedChannels };

/** Outcomes that mean the two sides spoke. One who asks to be called back agrees to the next call. */
const SPOKE: readonly Outcome[] = ["promised", "refused", "hardship", "dispute", "paid_already"];

export interface PastContact { readonly channel: Channel; readonly outcome: Outcome; readonly ageDays: number }

export interface Allowance {
  readonly allowed: boolean;
  readonly rule: ContactRule | null;
  readonly sentence: string;
  /** Attempts by counted channels still allowed in the running seven days. */
  readonly attemptsLeft: number;
}

/**
 * Whether a contact by `channel` is allowed now.
 * @param localMinute  minutes after midnight at the borrower's place
 * @param past         contacts about this loan, each with its age in days (a fraction)
 * @example contactAllowance("US", "call", 21 * 60 + 1, []).rule is "contact_hours"
 */
export function contactAllowance(country: string, channel: Channel, localMinute: number, past: readonly PastContact[]): Allowance {
  const rules = RULES_OF[country] ?? STRICTEST;
  const recent = past.filter((c) => c.ageDays < WINDOW_DAYS && rules.countedChannels.includes(c.channel));
  const attemptsLeft = Math.max(0, rules.attempts - recent.length);
  const refuse = (rule: ContactRule, sentence: string): Allowance => ({ allowed: false, rule, sentence, attemptsLeft });
  if (rules.hoursApplyTo.includes(channel) && (localMinute < rules.fromMinute || localMinute > rules.toMinute)) {
    return refuse("contact_hours", `It is ${clockText(localMinute)} for the borrower; contact is allowed from ${clockText(rules.fromMinute)} to ${clockText(rules.toMinute)}.`);
  }
  if (rules.countedChannels.includes(channel) && attemptsLeft === 0) {
    return refuse("seven_in_seven_days", `There were ${recent.length} attempts in the last ${WINDOW_DAYS} days; ${rules.attempts} are allowed.`);
  }
  if (rules.pauseAfterConversation && channel === "call") {
    const newest = recent.toSorted((a, b) => a.ageDays - b.ageDays)[0];
    const spoke = recent.some((c) => SPOKE.includes(c.outcome));
    if (spoke && newest?.outcome !== "call_back") return refuse("seven_days_after_conversation", `You spoke with the borrower less than ${WINDOW_DAYS} days ago.`);
  }
  return { allowed: true, rule: null, sentence: `Contact is allowed; ${attemptsLeft} attempts left in these ${WINDOW_DAYS} days.`, attemptsLeft };
}

/** Minutes after midnight in a time zone, from milliseconds since 1970. @example localMinute(0, "Asia/Kolkata") is 330 */
export function localMinute(nowMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(nowMs);
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value ?? 0);
  return part("hour") * 60 + part("minute");
}

function clockText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

/** Days until the case comes back to the queue by itself, when nobody gives a date. */
export const FOLLOW_UP_DAYS: Readonly<Record<Outcome, number>> = {
  promised: 1, no_answer: 1, refused: 3, wrong_number: 1, hardship: 7, dispute: 7, paid_already: 3, call_back: 1, left_message: 2,
};
