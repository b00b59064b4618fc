import { createHash } from "node:crypto";
import Type, { type Static } from "typebox";
import type { App, FastifyReply, FastifyRequest } from "#kernel/http/app.ts";
import { listRoute } from "#kernel/http/list-route.ts";
import { Id } from "#kernel/http/schemas.ts";
import { problem as kernelProblem } from "#kernel/kernel-problems.ts";
import { reviewDocument } from "./commands/review-document.ts";
import { storeDocument } from "./commands/store-document.ts";
import { DocumentJson, ReviewRequest, ReviewedJson, StoredJson, UploadForm } from "./contract.ts";
import { MAX_BYTES, inspect } from "./domain/inspect.ts";
import { problem } from "./problems.ts";
import { documentList, getDocument, readDocument, requireOwnerInScope } from "./queries/read-document.ts";

const tags = ["documents"];
/** The form's fields and boundaries come on top of the file. */
const MAX_REQUEST = MAX_BYTES + 64 * 1024;

/** Routes of documents: send, list, read, review. */
export function routes(app: App): void {
  listRoute(app, { path: "/v1/documents", operationId: "listDocuments", summary: "Documents, newest first; filter by ownerId", tags, permission: "document.file.read", list: documentList, item: DocumentJson });
  upload(app);
  reading(app);
  app.post("/v1/documents/:id/review", {
    config: { permission: "document.file.review", idempotent: true },
    schema: { operationId: "reviewDocument", summary: "Accept a document, or refuse it with the reason the borrower reads", tags, params: Type.Object({ id: Id }), body: ReviewRequest, response: { 200: ReviewedJson } },
  }, async (request, reply) => {
    const { ctx, body } = request;
    return reply.send(await ctx.transaction(async (tx) => {
      const document = await getDocument(tx, request.params.id);
      await requireOwnerInScope(tx, ctx, request.scope, { kind: document.ownerKind, id: document.ownerId });
      return reviewDocument(tx, ctx, request.params.id, body.decision, body.reason);
    }));
  });
}

function upload(app: App): void {
  app.post("/v1/documents", {
    config: { permission: "document.file.upload", idempotent: true },
    onRequest: async (request: FastifyRequest, reply: FastifyReply) => refuseDeclaredSize(request, reply),
    preValidation: async (request: FastifyRequest) => readForm(request),
    schema: { operationId: "uploadDocument", summary: "Send a document (PDF, JPEG, PNG or HEIC, at most 25 MiB) as multipart/form-data", tags, consumes: ["multipart/form-data"], body: UploadForm, response: { 201: StoredJson } },
  }, async (request, reply) => {
    const { ctx } = request;
    const form = request.body as Static<typeof UploadForm> & { bytes: Buffer };
    const owner = { kind: form.ownerKind, id: form.ownerId };
    const inspected = await inspect(form.bytes);
    const stored = await ctx.transaction(async (tx) => {
      await requireOwnerInScope(tx, ctx, request.scope, owner);
      return storeDocument(tx, ctx, { owner, purpose: form.purpose, fileName: form.fileName, bytes: form.bytes, inspected });
    });
    return reply.code(201).send(stored);
  });
}

/** What the sender declares is refused from the header, before a byte of the body is read. */
function refuseDeclaredSize(request: FastifyRequest, reply: FastifyReply): void {
  if (Number(request.headers["content-length"] ?? 0) <= MAX_REQUEST) return;
  reply.header("connection", "close");
  throw kernelProblem("request.too_large", `A document may have ${MAX_BYTES / 1024 / 1024} MiB.`);
}

/** Reads the form. The file's hash stands for its bytes in the idempotency rule; the bytes themselves are kept out of sight of it. */
async function readForm(request: FastifyRequest): Promise<void> {
  if (!request.isMultipart()) throw kernelProblem("request.unsupported_media_type", "Send multipart/form-data with one part named file.");
  const form: Record<string, unknown> = {};
  let bytes: Buffer | undefined;
  for await (const part of request.parts({ limits: { files: 1, fileSize: MAX_BYTES } })) {
    if (part.type === "file" && part.fieldname === "file") {
      bytes = await part.toBuffer();
      form["fileName"] = part.filename === "" ? "document" : part.filename;
    } else if (part.type === "file") part.file.resume();
    else if (["ownerKind", "ownerId", "purpose"].includes(part.fieldname)) form[part.fieldname] = part.value;
  }
  if (bytes === undefined) throw problem("document.file_missing");
  form["sha256"] = createHash("sha256").update(bytes).digest("hex");
  request.body = Object.defineProperty(form, "bytes", { value: bytes, enumerable: false });
}

function reading(app: App): void {
  app.get("/v1/documents/:id", {
    config: { permission: "document.file.read" },
    schema: { operationId: "getDocument", summary: "What is known of one document", tags, params: Type.Object({ id: Id }), response: { 200: DocumentJson } },
  }, async (request, reply) => {
    const { ctx } = request;
    return reply.send(await ctx.read(async (tx) => {
      const document = await getDocument(tx, request.params.id);
      await requireOwnerInScope(tx, ctx, request.scope, { kind: document.ownerKind, id: document.ownerId });
      return document;
    }));
  });

  app.get("/v1/documents/:id/content", {
    config: { permission: "document.file.read" },
    schema: { operationId: "readDocument", summary: "The file itself, to keep; each read is audited", tags, params: Type.Object({ id: Id }), produces: ["application/pdf", "image/jpeg", "image/png"] } as never,
  }, async (request, reply) => {
    const { ctx } = request;
    const { id } = request.params as { id: string };
    const document = await ctx.transaction(async (tx) => {
      const known = await getDocument(tx, id);
      await requireOwnerInScope(tx, ctx, request.scope, { kind: known.ownerKind, id: known.ownerId });
      return readDocument(tx, ctx, id);
    });
    const extension = { "application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png" }[document.contentType] ?? "bin";
    return reply
      .header("content-type", document.contentType)
      // Never shown in our own origin: a file from outside must not run there.
      .header("content-disposition", `attachment; filename="${id}.${extension}"; filename*=UTF-8''${encodeURIComponent(document.fileName)}`)
      .header("x-content-type-options", "nosniff")
      .header("content-security-policy", "default-src 'none'; sandbox")
      .header("cache-control", "private, no-store")
      .send(document.bytes);
  });
}
