import { apply, differenceBetween, followUps, isoDate, replay } from "#engine/index.ts";
import type { EventDraft, IsoDate, LoanEvent, LoanState, LoanTerms, TransactionState } from "#engine/index.ts";
import { mirrored, postingsOf } from "#modules/servicing/domain/compat-posting-rules.ts";
import type { CompatPosting } from "#modules/servicing/domain/compat-posting-rules.ts";

/** Journal entries of one version of a transaction. */
export type PostedVersion = { type: TransactionState["type"]; date: string; postings: CompatPosting[]; replaced: boolean; eventId: string };

/** One loan under test: its state, and what was posted so far. */
export class LoanSession {
  state: LoanState;
  businessDate: IsoDate;
  lastClosed: IsoDate | null = null;
  submitted = false;
  /** From where the next due date is looked for: the oldest unpaid row, or the first unpaid one not yet past. */
  nextDueFrom: "start" | "business_date" = "start";
  posted: PostedVersion[] = [];
  lastEventId: string | null = null;
  /** Event created by each step, by index. */
  readonly byStep = new Map<number, string>();
  #sequence = 0;

  constructor(terms: LoanTerms, today: IsoDate) {
    this.state = replay(terms, [], today);
    this.businessDate = today;
  }

  /** Numbers a draft and applies it, with all it causes. Returns the event's id. */
  add(draft: EventDraft, withFollowUps = true): string {
    const sequence = ++this.#sequence;
    const event = { ...draft, id: `e${sequence}`, sequence, businessDate: this.businessDate } as LoanEvent;
    const before = this.state;
    this.#take(apply(before, event));
    this.lastEventId = event.id;
    if (withFollowUps) for (const next of followUps(before, event, this.state)) this.add(next, false);
    this.lastEventId = event.id;
    return event.id;
  }

  /** Sees the loan again under changed settings or on another day. */
  again(terms: LoanTerms): void {
    this.#take(replay(terms, this.state.events, this.state.asOf));
  }

  /** Posts what changed: mirrored lines for what was, lines for what is. */
  #take(next: LoanState): void {
    for (const change of differenceBetween(this.state, next).transactions) {
      const { before, after } = change;
      const old = before === null ? undefined : this.posted.find((p) => p.eventId === change.eventId && p.type === change.type && !p.replaced);
      if (old && before) {
        old.postings = [...old.postings, ...mirrored(postingsOf(before))];
        old.replaced = true;
      }
      if (after) this.posted.push({ type: after.type, date: after.date, postings: postingsOf(after), replaced: false, eventId: change.eventId });
    }
    this.state = next;
  }
}

/** A date of a case, checked. */
export function dateOf(text: string | undefined): IsoDate {
  if (text === undefined) throw new RangeError("a date is missing");
  return isoDate(text);
}
