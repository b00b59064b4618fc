import { once } from "node:events";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import pg from "pg";

/** The parts of the driver's connection that COPY uses. */
interface Wire {
  readonly stream: Socket;
  query(text: string): void;
  sync(): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
}

/** What the driver calls on a statement that sends itself. */
class CopyStatement {
  readonly finished: Promise<number>;
  readonly #text: string;
  #done!: (rows: number) => void;
  #failed!: (error: Error) => void;
  #rows = 0;
  #error: Error | undefined;

  constructor(text: string) {
    this.#text = text;
    this.finished = new Promise((done, failed) => {
      this.#done = done;
      this.#failed = failed;
    });
  }

  submit(wire: Wire): void {
    wire.query(this.#text);
  }

  handleCommandComplete(message: { text: string }): void {
    this.#rows = Number(/^COPY (\d+)$/.exec(message.text)?.[1] ?? 0);
  }

  handleError(error: Error): void {
    this.#error ??= error;
  }

  handleReadyForQuery(): void {
    if (this.#error === undefined) this.#done(this.#rows);
    else this.#failed(this.#error);
  }

  fail(error: Error): void {
    this.#error ??= error;
  }
}

class CopyOut extends CopyStatement {
  #wire: Wire | undefined;
  /** What came; the connection is paused while nobody takes it. */
  readonly source = new Readable({ read: () => void this.#wire?.stream.resume() });

  override submit(wire: Wire): void {
    this.#wire = wire;
    super.submit(wire);
  }

  handleCopyData({ chunk }: { chunk: Buffer }, wire: Wire): void {
    // The driver's buffer is used again for the next message.
    if (!this.source.push(Buffer.from(chunk))) wire.stream.pause();
  }

  override handleReadyForQuery(): void {
    this.source.push(null);
    super.handleReadyForQuery();
  }
}

class CopyIn extends CopyStatement {
  readonly #from: Readable;

  constructor(text: string, from: Readable) {
    super(text);
    this.#from = from;
  }

  handleCopyInResponse(wire: Wire): void {
    void this.#send(wire);
  }

  async #send(wire: Wire): Promise<void> {
    try {
      for await (const chunk of this.#from) {
        wire.sendCopyFromChunk(chunk as Buffer);
        if (wire.stream.writableNeedDrain) await once(wire.stream, "drain");
      }
      wire.endCopyFrom();
    } catch (error) {
      this.fail(error as Error);
      wire.sendCopyFail("the source failed");
    }
  }
}

/** What a COPY … TO STDOUT gives, as a stream, and how many rows it was once the stream has ended. */
export function copyOut(client: pg.Client, text: string): { source: Readable; rows: Promise<number> } {
  const statement = new CopyOut(text);
  client.query(statement as unknown as pg.Query);
  return { source: statement.source, rows: statement.finished };
}

/** Sends a stream to a COPY … FROM STDIN. @returns how many rows */
export async function copyIn(client: pg.Client, text: string, from: Readable): Promise<number> {
  const statement = new CopyIn(text, from);
  client.query(statement as unknown as pg.Query);
  return statement.finished;
}
