import type { Tx } from "#kernel/db.ts";
import type { ProductDefinition } from "./definition.ts";
import { problem } from "./problems.ts";

/** A version with what is needed of its product. */
export interface ProductVersion {
  readonly id: string;
  readonly productId: string;
  readonly code: string;
  /** Number of the version within its product. */
  readonly version: number;
  readonly name: string;
  readonly currency: string;
  readonly regime: ProductDefinition["regime"];
  readonly state: "draft" | "published" | "retired";
  readonly definition: ProductDefinition;
  readonly definitionHash: string;
  readonly effectiveFrom: string | null;
  readonly madeBy: string;
  readonly note: string;
  readonly rowVersion: bigint;
}

interface VersionRow {
  id: string; product_id: string; code: string; number: number; name: string; currency: string; state: ProductVersion["state"]; definition: ProductDefinition; definition_hash: string;
  effective_from: string | null; made_by: string; note: string; row_version: bigint;
}
const COLUMNS = "v.id, v.product_id, p.code, v.number, p.name, p.currency, v.state, v.definition, v.definition_hash, v.effective_from, v.made_by, v.note, v.row_version";
const FROM = "products.product_version v JOIN products.product p ON p.tenant_id = v.tenant_id AND p.id = v.product_id";

// What was once published never changes, so each process reads it once.
const published = new Map<string, ProductVersion>();

/** One version by id. May raise product_version.not_found. */
export async function getProductVersion(tx: Tx, productVersionId: string): Promise<ProductVersion> {
  const known = published.get(`${tx.tenantId}/${productVersionId}`);
  if (known !== undefined) return known;
  const row = await tx.maybe<VersionRow>("products.version.read", `SELECT ${COLUMNS} FROM ${FROM} WHERE v.id = $1`, [productVersionId]);
  if (row === undefined) throw problem("product_version.not_found");
  return remember(tx, present(row));
}

/** Every version that loans may be of: published, or retired since. */
export async function publishedVersions(tx: Tx): Promise<ProductVersion[]> {
  const rows = await tx.rows<{ id: string }>("products.version.published", "SELECT id FROM products.product_version WHERE state <> 'draft' ORDER BY id");
  const versions: ProductVersion[] = [];
  for (const { id } of rows) versions.push(await getProductVersion(tx, id));
  return versions;
}

/** The version of a product in force on the transaction's business date. May raise product.not_found, product.not_offered. */
export async function currentVersion(tx: Tx, code: string): Promise<ProductVersion> {
  const found = await tx.maybe<{ product_id: string; version_id: string | null }>("products.version.current",
    `SELECT p.id AS product_id, (SELECT v.id FROM products.product_version v WHERE v.product_id = p.id AND v.state = 'published' AND v.effective_from <= $2::date
       ORDER BY v.effective_from DESC, v.number DESC LIMIT 1) AS version_id FROM products.product p WHERE p.code = $1`, [code, tx.businessDate]);
  if (found === undefined) throw problem("product.not_found");
  if (found.version_id === null) throw problem("product.not_offered");
  return getProductVersion(tx, found.version_id);
}

/** Locks a version for a change. May raise product_version.not_found. */
export async function lockVersion(tx: Tx, productVersionId: string): Promise<ProductVersion> {
  const row = await tx.maybe<VersionRow>("products.version.lock", `SELECT ${COLUMNS} FROM ${FROM} WHERE v.id = $1 FOR UPDATE OF v`, [productVersionId]);
  if (row === undefined) throw problem("product_version.not_found");
  return present(row);
}

export async function insertVersion(tx: Tx, version: { id: string; productId: string; definition: ProductDefinition; definitionHash: string; note: string; basedOn: string | null; madeBy: string }): Promise<number> {
  const { number } = await tx.one<{ number: number }>("products.version.insert",
    `INSERT INTO products.product_version (id, product_id, number, state, definition, definition_hash, note, based_on, made_by, made_at)
     VALUES ($1, $2, (SELECT coalesce(max(number), 0) + 1 FROM products.product_version WHERE product_id = $2), 'draft', $3, $4, $5, $6, $7, $8) RETURNING number`,
    [version.id, version.productId, JSON.stringify(version.definition), version.definitionHash, version.note, version.basedOn, version.madeBy, tx.now]);
  return number;
}

function remember(tx: Tx, version: ProductVersion): ProductVersion {
  if (version.state !== "draft") published.set(`${tx.tenantId}/${version.id}`, version);
  return version;
}

function present(row: VersionRow): ProductVersion {
  return {
    id: row.id, productId: row.product_id, code: row.code, version: row.number, name: row.name, currency: row.currency, regime: row.definition.regime, state: row.state,
    definition: row.definition, definitionHash: row.definition_hash, effectiveFrom: row.effective_from, madeBy: row.made_by, note: row.note, rowVersion: row.row_version,
  };
}
