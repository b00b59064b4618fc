import { createHash } from "node:crypto";
import { fileTypeFromBuffer } from "file-type";
import heicConvert from "heic-convert";
import sharp from "sharp";
import { problem } from "../problems.ts";

/** Largest file taken, in bytes. */
export const MAX_BYTES = 25 * 1024 * 1024;
const MAX_PIXELS = 50_000_000;

/** A file that was looked into: what it really is, and the bytes to keep. */
export interface Inspected {
  readonly contentType: "application/pdf" | "image/jpeg" | "image/png";
  readonly bytes: Buffer;
  readonly sha256: string;
  /** What it came as, when it had to be converted. */
  readonly original?: { readonly contentType: string; readonly sha256: string };
}

/**
 * Finds out what a file is from its content; its name and the sender's word count for nothing. Pictures are decoded once, so that what
 * is kept can be shown. HEIC, which browsers do not show, is kept as JPEG.
 * May raise document.empty, document.type_not_allowed, document.unreadable_image, document.too_many_pixels, document.password_protected.
 */
export async function inspect(bytes: Buffer): Promise<Inspected> {
  if (bytes.length === 0) throw problem("document.empty");
  if (bytes.length > MAX_BYTES) throw new RangeError("larger files are refused before they are read");
  const type = (await fileTypeFromBuffer(bytes))?.mime as string | undefined;
  switch (type) {
    case "application/pdf":
      await refuseLockedPdf(bytes);
      return { contentType: type, bytes, sha256: hash(bytes) };
    case "image/jpeg":
    case "image/png":
      await refuseBadPicture(bytes);
      return { contentType: type, bytes, sha256: hash(bytes) };
    case "image/heic":
    case "image/heif":
      return fromHeic(bytes, type);
    default:
      throw problem("document.type_not_allowed", type === undefined ? "The content is of no kind that we know." : `The content is ${type}.`);
  }
}

/**
 * Banks like to send statements that open with a password only. Nobody here could read one, so it is refused while its sender is still
 * at the screen. A file that is merely locked against changes opens without a password and is taken.
 */
async function refuseLockedPdf(bytes: Buffer): Promise<void> {
  if (!bytes.includes("/Encrypt")) return;
  // Half a second to load, and few files ask for it.
  const { getDocument } = await import("pdfjs-dist/legacy/build/pdf.mjs");
  const opening = getDocument({ data: new Uint8Array(bytes), verbosity: 0, isEvalSupported: false, useWasm: false } as Parameters<typeof getDocument>[0]);
  try {
    await opening.promise;
  } catch (error) {
    // Anything else that is wrong with the file is for the person who reads it.
    if ((error as Error).name === "PasswordException") throw problem("document.password_protected");
  } finally {
    await opening.destroy();
  }
}

async function refuseBadPicture(bytes: Buffer): Promise<void> {
  const options = { limitInputPixels: MAX_PIXELS, failOn: "truncated" as const };
  const { width, height } = await sharp(bytes, { ...options, limitInputPixels: false }).metadata().catch(() => {
    throw problem("document.unreadable_image");
  });
  if (width * height > MAX_PIXELS) throw problem("document.too_many_pixels", `It is ${width} by ${height} pixels.`);
  // Shrinking while decoding keeps the memory small; a picture that cannot be decoded fails here.
  await sharp(bytes, options).resize(64, 64, { fit: "inside" }).toBuffer().catch(() => {
    throw problem("document.unreadable_image");
  });
}

async function fromHeic(bytes: Buffer, contentType: string): Promise<Inspected> {
  const pixels = heicPixels(bytes);
  if (pixels > MAX_PIXELS) throw problem("document.too_many_pixels");
  let jpeg: Buffer;
  try {
    jpeg = Buffer.from(await heicConvert({ buffer: bytes, format: "JPEG", quality: 0.9 }));
  } catch {
    throw problem("document.unreadable_image");
  }
  return { contentType: "image/jpeg", bytes: jpeg, sha256: hash(jpeg), original: { contentType, sha256: hash(bytes) } };
}

/**
 * Pixels that a HEIC file says it has, from its image spatial extent boxes: asked before decoding, because decoding is what a bomb is for.
 * @source ISO/IEC 23008-12, section 6.5.3 (ImageSpatialExtentsProperty): size, "ispe", version and flags, width, height
 */
export function heicPixels(bytes: Buffer): number {
  let most = 0;
  for (let at = bytes.indexOf("ispe"); at >= 0 && at + 16 <= bytes.length; at = bytes.indexOf("ispe", at + 4)) {
    most = Math.max(most, bytes.readUInt32BE(at + 8) * bytes.readUInt32BE(at + 12));
  }
  return most;
}

function hash(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
