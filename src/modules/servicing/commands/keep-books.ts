import type { Tx } from "#kernel/db.ts";
import { defers, type ProductVersion } from "#modules/products/index.ts";
import { booksOf, carriedOn, deferredOn } from "../domain/books.ts";

/** Notes whether one loan makes all of its borrower's stand in suspense; and which books, beside the statutory one, loans of a version are kept in, so that their control accounts are proved. Nothing is asked of the database for a product without any. */
export async function keepBooks(tx: Tx, version: ProductVersion): Promise<void> {
  for (const book of booksOf(version.definition).slice(1)) {
    const { principal, interest, fee, penalty, suspense } = carriedOn(book);
    await tx.run("servicing.book.keep",
      `INSERT INTO servicing.kept_book (product_version_id, book, basis, principal_account, interest_account, fee_account, penalty_account, suspense_account) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
      [version.id, book.book, book.basis, principal, interest, fee, penalty, suspense]);
  }
  for (const book of defers(version.definition) ? booksOf(version.definition) : []) {
    const on = deferredOn(book);
    if (on !== null) await tx.run("servicing.deferral_book.keep", "INSERT INTO servicing.deferral_book (product_version_id, book, fee_account, cost_account) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", [version.id, book.book, on.fee, on.cost]);
  }
  const { nonAccrual, classes } = version.definition.delinquency;
  if (nonAccrual?.wholeBorrower === true) {
    await tx.run("servicing.borrower_rule.keep", "INSERT INTO servicing.borrower_rule (product_version_id, class) VALUES ($1, $2) ON CONFLICT DO NOTHING", [version.id, classes.find((c) => c.fromDays === nonAccrual.fromDays)?.code ?? null]);
  }
}
