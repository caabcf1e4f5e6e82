/** An answer's body that comes from an action as it goes on. */
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

/**
 * Of one stream in one turn of the event loop, which a hundred may share. Parts that wait for nothing, for a reader who takes all
 * at once, would else be the only thing that goes on: no other request would be answered, and no signal heard.
 */
const SLICE_MS = 0.25;

/** How what comes is written. */
export interface BodyForm {
  /** Sent before anything is asked for. */
  readonly head: string;
  /** @throws TypeError for what cannot be written. */
  chunk(value: unknown): string | Uint8Array;
  /** @param value what the iterator returned at its end. */
  end(value: unknown): string;
  /** What is said of a failure; undefined: the answer breaks off, so that its reader sees that it is not whole. */
  failure(error: unknown): string | undefined;
}

/** Reads an iterator while somebody reads this, and ends it when they leave. */
export class BodyStream extends Readable {
  /**
   * Resolves when the iterator has ended: after `close` where the reader left, since a generator ends at its next `yield`
   * and may be waiting for the signal that tells it so.
   */
  readonly sourceEnded: Promise<void>;
  readonly #source: AsyncIterable<unknown>;
  readonly #steps: AsyncIterator<unknown>;
  readonly #form: BodyForm;
  readonly #failed: (error: unknown) => void;
  readonly #end: () => void;
  #hasHead = false;
  /** When it last left the others their turn. */
  #turnMs = 0;
  #isOver = false;

  /** @param failed is told of what the source threw. */
  constructor(source: AsyncIterable<unknown>, form: BodyForm, failed: (error: unknown) => void) {
    super();
    this.#source = source;
    this.#steps = source[Symbol.asyncIterator]();
    this.#form = form;
    this.#failed = failed;
    let end = (): void => {};
    this.sourceEnded = new Promise((resolve) => {
      end = resolve;
    });
    this.#end = end;
  }

  override _read(): void {
    if (this.#hasHead || this.#form.head === '') return void this.#pull();
    this.#hasHead = true;
    this.push(this.#form.head);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    void this.#leave();
    callback(error);
  }

  async #pull(): Promise<void> {
    try {
      if (performance.now() - this.#turnMs > SLICE_MS) {
        await setImmediate();
        this.#turnMs = performance.now();
        if (this.destroyed) return;
      }
      const step = await this.#steps.next();
      if (step.done !== true) {
        const chunk = this.#form.chunk(step.value);
        if (!this.destroyed) this.push(chunk);
        return;
      }
      const tail = this.#form.end(step.value);
      this.#isOver = true;
      this.#end();
      this.#finish(tail);
    } catch (error) {
      const notice = this.#tell(error);
      void this.#leave();
      // What was thrown may be no error, and have no text: `failed` was told of it.
      if (notice === undefined) this.destroy(new Error('the action’s stream has failed', { cause: error }));
      else this.#finish(notice);
    }
  }

  #finish(tail: string): void {
    if (this.destroyed) return;
    if (tail !== '') this.push(tail);
    this.push(null);
  }

  /** Tells the iterator that nobody listens: at once, for one that waits may be waiting for this. */
  async #leave(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      await this.#steps.return?.();
      // The iterator of a stream that was never asked for anything leaves it open.
      if (isDestroyable(this.#source)) this.#source.destroy();
    } catch (error) {
      this.#tell(error);
    }
    this.#end();
  }

  /** @returns what the reader is told of it */
  #tell(thrown: unknown): string | undefined {
    try {
      const isNews = this.#isNews(thrown);
      const notice = this.#form.failure(thrown);
      if (isNews) this.#failed(thrown);
      return notice;
    } catch {
      // It throws where it is looked at.
      const unreadable = new Error('the action threw what cannot be read');
      this.#failed(unreadable);
      return this.#form.failure(unreadable);
    }
  }

  /** An action that was told of a reader who left may well answer that it was aborted. */
  #isNews(error: unknown): boolean {
    return !(this.destroyed && error instanceof Error && error.name === 'AbortError');
  }
}

/** Whether it is a stream, of whatever class. */
function isDestroyable(source: object): source is Pick<Readable, 'destroy'> {
  return 'destroy' in source && typeof source.destroy === 'function';
}
