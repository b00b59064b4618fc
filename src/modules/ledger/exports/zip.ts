import { once } from "node:events";
import { crc32, createDeflateRaw, type DeflateRaw } from "node:zlib";
import type { Sink } from "./dataset.ts";

interface Entry { readonly name: Buffer; readonly crc: number; readonly packed: number; readonly size: number; readonly at: number }

const LARGEST = 0xffff_ffff;
/** 1980-01-01, the first day a zip can tell; the same content makes the same bytes. */
const DAY = 0x21;
/** Sizes follow the content; names are UTF-8. */
const FLAGS = 0x0808;

/**
 * A zip archive written forwards, entry after entry, without holding any: sizes and checksum follow each content.
 * @throws RangeError  an entry or the archive is 4 GiB or more
 * @source  PKWARE APPNOTE.TXT, sections 4.3.7 to 4.3.16
 */
export class ZipWriter {
  readonly #sink: Sink;
  readonly #entries: Entry[] = [];
  #offset = 0;
  #open: { name: Buffer; at: number; crc: number; packed: number; size: number; deflate: DeflateRaw; out: Buffer[] } | null = null;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Begins an entry; what is written belongs to it until the next begins. */
  async entry(name: string): Promise<void> {
    await this.#close();
    const bytes = Buffer.from(name);
    const deflate = createDeflateRaw();
    const out: Buffer[] = [];
    deflate.on("data", (piece: Buffer) => out.push(piece));
    this.#open = { name: bytes, at: this.#offset, crc: 0, packed: 0, size: 0, deflate, out };
    await this.#put(numbers([4, 0x0403_4b50], [2, 20], [2, FLAGS], [2, 8], [2, 0], [2, DAY], [4, 0], [4, 0], [4, 0], [2, bytes.length], [2, 0]), bytes);
  }

  async write(text: string): Promise<void> {
    const open = this.#open;
    if (open === null) throw new RangeError("no entry was begun");
    const bytes = Buffer.from(text);
    open.crc = crc32(bytes, open.crc);
    open.size += bytes.length;
    if (!open.deflate.write(bytes)) await once(open.deflate, "drain");
    await this.#drain(open);
  }

  /** Writes the directory; nothing can be added after. */
  async finish(): Promise<void> {
    await this.#close();
    const start = this.#offset;
    for (const e of this.#entries) {
      await this.#put(numbers([4, 0x0201_4b50], [2, 20], [2, 20], [2, FLAGS], [2, 8], [2, 0], [2, DAY], [4, e.crc], [4, e.packed], [4, e.size], [2, e.name.length], [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, e.at]), e.name);
    }
    const count = this.#entries.length;
    await this.#put(numbers([4, 0x0605_4b50], [2, 0], [2, 0], [2, count], [2, count], [4, this.#offset - start], [4, start], [2, 0]));
  }

  async #close(): Promise<void> {
    const open = this.#open;
    if (open === null) return;
    const ended = once(open.deflate, "end");
    open.deflate.end();
    await ended;
    await this.#drain(open);
    if (open.size > LARGEST || this.#offset > LARGEST) throw new RangeError("a zip of this kind holds less than 4 GiB");
    const { name, crc, packed, size, at } = open;
    await this.#put(numbers([4, 0x0807_4b50], [4, crc], [4, packed], [4, size]));
    this.#entries.push({ name, crc, packed, size, at });
    this.#open = null;
  }

  async #drain(open: { packed: number; out: Buffer[] }): Promise<void> {
    const pieces = open.out.splice(0);
    open.packed += pieces.reduce((sum, p) => sum + p.length, 0);
    if (pieces.length > 0) await this.#put(...pieces);
  }

  async #put(...pieces: readonly Buffer[]): Promise<void> {
    const bytes = Buffer.concat(pieces);
    this.#offset += bytes.length;
    await this.#sink(bytes);
  }
}

/** Little-endian unsigned numbers, each with its width in bytes. */
function numbers(...fields: readonly (readonly [width: 2 | 4, value: number])[]): Buffer {
  const bytes = Buffer.alloc(fields.reduce((sum, [width]) => sum + width, 0));
  let at = 0;
  for (const [width, value] of fields) at = width === 2 ? bytes.writeUInt16LE(value, at) : bytes.writeUInt32LE(value, at);
  return bytes;
}
