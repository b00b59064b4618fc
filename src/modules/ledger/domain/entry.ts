/** One debit or credit of a journal entry, in minor units; exactly one side is given and above zero. */
export interface EntryLine {
  readonly account: string;
  readonly debit?: bigint;
  readonly credit?: bigint;
  readonly loanAccountId?: string;
  readonly productCode?: string;
  readonly branchId?: string;
}

/** A balanced set of postings with its cause and its two dates. */
export interface JournalEntry {
  readonly book?: string;
  readonly cause: { readonly kind: string; readonly id: string };
  readonly businessDate: string;
  readonly valueDate: string;
  readonly currency: string;
  readonly memo: string;
  readonly lines: readonly EntryLine[];
  /** The same fact in other books, by their own rules: posted with this one as entries of their own, each balanced by itself. */
  readonly parallel?: readonly { readonly book: string; readonly lines: readonly EntryLine[] }[];
  /** Who it is of, where several people's entries are posted together; default: whoever posts. */
  readonly actorId?: string;
  /** The entry that this one undoes. */
  readonly reversesId?: string;
}

/** The book every lender keeps; parallel books carry other names. */
export const STATUTORY = "statutory";

/**
 * Sum of the debits of an entry that can be posted.
 * @throws RangeError  it has fewer than two lines, a line without exactly one positive side, or debits ≠ credits
 * @example            checkedTotal of Dr bank 5.00, Cr suspense 5.00 is 500n
 */
export function checkedTotal(entry: JournalEntry): bigint {
  if (entry.lines.length < 2) throw new RangeError(`entry "${entry.memo}" has ${entry.lines.length} lines`);
  let debits = 0n;
  let credits = 0n;
  for (const line of entry.lines) {
    const debit = line.debit ?? 0n;
    const credit = line.credit ?? 0n;
    if (debit < 0n || credit < 0n || (debit === 0n) === (credit === 0n)) {
      throw new RangeError(`entry "${entry.memo}": ${line.account} needs one positive side, has Dr ${debit} Cr ${credit}`);
    }
    debits += debit;
    credits += credit;
  }
  if (debits !== credits) throw new RangeError(`entry "${entry.memo}" does not balance: Dr ${debits} Cr ${credits} ${entry.currency}`);
  return debits;
}

/** Entries with what they are in other books after them: the first of the list stay where they were. */
export function withParallel(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const others = entries.flatMap(({ parallel = [], ...fact }) => parallel.map(({ book, lines }) => ({ ...fact, book, lines })));
  return others.length === 0 ? entries : [...entries, ...others];
}

/** The lines that undo these lines. */
export function opposite(lines: readonly EntryLine[]): EntryLine[] {
  return lines.map((line) => ({ ...line, debit: line.credit, credit: line.debit }));
}
