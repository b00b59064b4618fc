import Type, { type Static } from "typebox";
import { EngineRefusal, fromMoneyJson } from "#engine/index.ts";
import type { App } from "#kernel/http/app.ts";
import { etag, requireVersion } from "#kernel/http/etag.ts";
import { listRoute } from "#kernel/http/list-route.ts";
import { Id } from "#kernel/http/schemas.ts";
import type { ListDefinition } from "#kernel/list.ts";
import { changeDraft, cloneVersion, createProduct, proposePublication, retireVersion } from "./commands/manage-versions.ts";
import { CloneRequest, DiffJson, DraftChange, NewProduct, OfferedProduct, PreviewRequest, ProductItem, PublishRequest, QuoteJson, QuoteRequest, VersionItem, VersionJson } from "./contract.ts";
import type { ProductDefinition } from "./definition.ts";
import { checkDefinition } from "./domain/check-definition.ts";
import { diff } from "./domain/diff.ts";
import { quote, requireWithinLimits } from "./domain/quote.ts";
import type { PricedVersion } from "./domain/terms.ts";
import { problem } from "./problems.ts";
import { offeredProducts } from "./queries/offered.ts";
import { quoteJson, readVersion } from "./queries/present.ts";
import { currentVersion, getProductVersion } from "./store.ts";

const tags = ["products"];
const ById = Type.Object({ id: Id });

const products: ListDefinition = {
  name: "products.products", from: "products.product p", key: "p.id", defaultSort: "name", search: ["p.name", "p.code"],
  columns: {
    id: { sql: "p.id", kind: "text", label: "Id" }, code: { sql: "p.code", kind: "text", label: "Code", filter: true, sort: true }, name: { sql: "p.name", kind: "text", label: "Name", filter: true, sort: true },
    currency: { sql: "p.currency", kind: "text", label: "Currency", filter: true },
    currentVersionId: { sql: "(SELECT v.id FROM products.product_version v WHERE v.tenant_id = p.tenant_id AND v.product_id = p.id AND v.state = 'published' AND v.effective_from <= (SELECT business_date FROM kernel.business_day) ORDER BY v.effective_from DESC, v.number DESC LIMIT 1)", kind: "text", label: "Version in force" },
    currentNumber: { sql: "(SELECT v.number FROM products.product_version v WHERE v.tenant_id = p.tenant_id AND v.product_id = p.id AND v.state = 'published' AND v.effective_from <= (SELECT business_date FROM kernel.business_day) ORDER BY v.effective_from DESC, v.number DESC LIMIT 1)", kind: "integer", label: "Number" },
    drafts: { sql: "(SELECT count(*) FROM products.product_version v WHERE v.tenant_id = p.tenant_id AND v.product_id = p.id AND v.state = 'draft')", kind: "integer", label: "Drafts" },
    createdAt: { sql: "p.created_at", kind: "instant", label: "Since", sort: true },
  },
};
const versions: ListDefinition = {
  name: "products.versions", from: "products.product_version v JOIN products.product p ON p.tenant_id = v.tenant_id AND p.id = v.product_id", key: "v.id", defaultSort: "-madeAt", search: ["p.name", "p.code", "v.note"],
  columns: {
    id: { sql: "v.id", kind: "text", label: "Id" }, productId: { sql: "v.product_id", kind: "text", label: "Product", filter: true }, code: { sql: "p.code", kind: "text", label: "Code", filter: true, sort: true },
    name: { sql: "p.name", kind: "text", label: "Name", sort: true }, currency: { sql: "p.currency", kind: "text", label: "Currency", filter: true }, number: { sql: "v.number", kind: "integer", label: "Number", filter: true, sort: true },
    state: { sql: "v.state", kind: "text", label: "State", filter: true, sort: true }, note: { sql: "v.note", kind: "text", label: "Note" }, effectiveFrom: { sql: "v.effective_from", kind: "date", label: "In force from", filter: true, sort: true },
    madeBy: { sql: "v.made_by", kind: "text", label: "Made by" }, madeAt: { sql: "v.made_at", kind: "instant", label: "Made at", sort: true }, publishedBy: { sql: "v.published_by", kind: "text", label: "Published by" },
    publishedAt: { sql: "v.published_at", kind: "instant", label: "Published at", sort: true }, definitionHash: { sql: "v.definition_hash", kind: "text", label: "Hash" },
  },
};

export function productRoutes(app: App): void {
  listRoute(app, { path: "/v1/products", operationId: "listProducts", summary: "Loan products", tags, permission: "product.version.read", list: products, item: ProductItem });
  listRoute(app, { path: "/v1/product-versions", operationId: "listProductVersions", summary: "Versions of loan products", tags, permission: "product.version.read", list: versions, item: VersionItem });
  versionRoutes(app);
  quoteRoutes(app);
}

function versionRoutes(app: App): void {
  const edit = { permission: "product.version.edit", idempotent: true } as const;
  app.post("/v1/products", { config: edit, schema: { operationId: "createProduct", summary: "Make a product with its first draft", tags, body: NewProduct, response: { 201: Type.Object({ productId: Type.String(), productVersionId: Type.String() }) } } }, async (request, reply) => {
    const { definition, ...rest } = request.body;
    return reply.code(201).send(await createProduct(request.ctx, { ...rest, definition: definition as unknown as ProductDefinition }));
  });
  app.get("/v1/product-versions/:id", { config: { permission: "product.version.read" }, schema: { operationId: "getProductVersion", summary: "One version with its definition", tags, params: ById, response: { 200: VersionJson } } }, async (request, reply) => {
    const version = await request.ctx.read((tx) => readVersion(tx, request.params.id));
    return etag(reply, version.rowVersion).send(version);
  });
  app.put("/v1/product-versions/:id", { config: edit, schema: { operationId: "changeProductDraft", summary: "Replace a draft's definition; needs If-Match", tags, params: ById, body: DraftChange, response: { 200: Type.Object({ productVersionId: Type.String(), rowVersion: Type.Integer() }) } } }, async (request, reply) => {
    const changed = await changeDraft(request.ctx, request.params.id, { definition: request.body.definition as unknown as ProductDefinition, note: request.body.note }, (rowVersion) => requireVersion(request, rowVersion));
    return etag(reply, changed.rowVersion).send(changed);
  });
  app.post("/v1/product-versions/:id/clone", { config: edit, schema: { operationId: "cloneProductVersion", summary: "A new draft from this version", tags, params: ById, body: CloneRequest, response: { 201: Type.Object({ productVersionId: Type.String() }) } } }, async (request, reply) =>
    reply.code(201).send(await cloneVersion(request.ctx, request.params.id, request.body.note)));
  app.post("/v1/product-versions/:id/publish", { config: edit, schema: { operationId: "proposeProductPublication", summary: "Ask a second person to publish this draft", tags, params: ById, body: PublishRequest, response: { 202: Type.Object({ approvalRequestId: Type.String() }) } } }, async (request, reply) =>
    reply.code(202).send({ approvalRequestId: (await proposePublication(request.ctx, request.params.id, request.body.effectiveFrom)).id }));
  app.post("/v1/product-versions/:id/retire", { config: { permission: "product.version.publish", idempotent: true }, schema: { operationId: "retireProductVersion", summary: "Take a published version out of offer", tags, params: ById, response: { 200: Type.Object({ productVersionId: Type.String() }) } } }, async (request, reply) =>
    reply.send(await retireVersion(request.ctx, request.params.id)));
  app.get("/v1/product-versions/:id/diff", { config: { permission: "product.version.read" }, schema: { operationId: "diffProductVersions", summary: "What differs from another version", tags, params: ById, querystring: Type.Object({ from: Id }), response: { 200: DiffJson } } }, async (request, reply) => {
    const [to, from] = await request.ctx.read(async (tx) => [await getProductVersion(tx, request.params.id), await getProductVersion(tx, request.query.from)] as const);
    return reply.send({ from: from.id, to: to.id, changes: diff(from.definition, to.definition).map((change) => ({ ...change })) });
  });
}

function quoteRoutes(app: App): void {
  app.get("/v1/offered-products", { config: { public: true, lender: true }, schema: { operationId: "listOfferedProducts", summary: "What the lender offers today: limits, rates from and to, fees; for visitors, needs X-Lender", tags, response: { 200: Type.Object({ items: Type.Array(OfferedProduct) }) } } }, async (request, reply) =>
    reply.send({ items: await request.ctx.read((tx) => offeredProducts(tx)) }));
  app.post("/v1/quotes", { config: { public: true, lender: true, idempotent: false }, schema: { operationId: "quoteLoan", summary: "What a loan would cost; for visitors, nothing is stored; needs X-Lender", tags, body: QuoteRequest, response: { 200: QuoteJson } } }, async (request, reply) =>
    reply.send(await request.ctx.read(async (tx) => {
      const version = await currentVersion(tx, request.body.productCode);
      return priced(version.id, version, request.body, tx.businessDate);
    })));
  app.post("/v1/product-versions/:id/preview", { config: { permission: "product.version.read", idempotent: false }, schema: { operationId: "previewProductVersion", summary: "An example loan of a version, or of an edited definition not yet saved", tags, params: ById, body: PreviewRequest, response: { 200: QuoteJson } } }, async (request, reply) =>
    reply.send(await request.ctx.read(async (tx) => {
      const version = await getProductVersion(tx, request.params.id);
      const edited = request.body.definition as ProductDefinition | undefined;
      const errors = edited === undefined ? [] : checkDefinition(edited, version.currency);
      if (errors.length > 0) throw problem("product_version.invalid", undefined, { errors });
      return priced(version.id, { currency: version.currency, definition: edited ?? version.definition }, request.body, tx.businessDate);
    })));
}

/** With no rate named the cheapest is quoted and the range told: nobody is promised a rate before a decision. */
function priced(id: string, version: PricedVersion, body: Omit<Static<typeof PreviewRequest>, "definition">, businessDate: string): QuoteJson {
  let amount;
  try {
    amount = fromMoneyJson(body.amount);
  } catch {
    throw problem("quote.outside_limits", undefined, { errors: [{ pointer: "/amount/amount", code: "field.amount", detail: "Write the amount with at most the currency's decimals." }] });
  }
  const { bands } = version.definition.pricing;
  const lowest = bands[0]?.annualRate ?? "0";
  const highest = bands.at(-1)?.annualRate ?? lowest;
  const request = { amount, termMonths: body.termMonths, disbursementDate: body.disbursementDate ?? businessDate, firstDueDate: body.firstDueDate };
  requireWithinLimits(version, request);
  try {
    const made = quoteJson(id, quote(version, { ...request, annualRate: body.annualRate ?? lowest }));
    if (body.annualRate !== undefined) return made;
    const dear = quoteJson(id, quote(version, { ...request, annualRate: highest }));
    return { ...made, range: { lowestRate: lowest, highestRate: highest, lowestInstallment: made.installment, highestInstallment: dear.installment } };
  } catch (error) {
    if (!(error instanceof EngineRefusal) && !(error instanceof RangeError && /fees leave nothing/.test(error.message))) throw error;
    throw problem("quote.outside_limits", (error as Error).message);
  }
}
