import pLimit, { type LimitFunction } from 'p-limit';

export interface WorkPoolOptions {
  /** Tasks at a time. */
  readonly concurrency: number;
  /** Bytes that all tasks, running and waiting, may hold together. */
  readonly maxBytes: number;
}

/**
 * Runs tasks in parallel while the bytes that they hold stay within a budget. A reader first reserves room, then reads,
 * then hands the bytes to a task, which gives the room back when it ends.
 */
export class WorkPool {
  readonly #limit: LimitFunction;
  readonly #waiting: { readonly bytes: number; readonly admit: () => void }[] = [];
  #used = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(private readonly options: WorkPoolOptions) {
    this.#limit = pLimit(options.concurrency);
  }

  /**
   * Waits until `bytes` fit, in order of asking; more than the whole budget fits when nothing else is held.
   * @throws whatever the first failed task threw, so that a reader stops soon after
   */
  async reserve(bytes: number): Promise<void> {
    if (this.#waiting.length > 0 || !this.#fits(bytes)) {
      await new Promise<void>((admit) => this.#waiting.push({ bytes, admit }));
    } else {
      this.#used += bytes;
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Runs `task` when its turn comes; its end, good or bad, gives back the `bytes` reserved for it. */
  run<T>(bytes: number, task: () => Promise<T>): Promise<T> {
    const result = this.#limit(task).finally(() => {
      this.#release(bytes);
    });
    // The failure is reported by the next reserve; whoever awaits the result sees it as well.
    result.catch((error: unknown) => (this.#failure ??= { error }));
    return result;
  }

  #release(bytes: number): void {
    this.#used -= bytes;
    for (let next = this.#waiting[0]; next !== undefined && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#used += next.bytes;
      next.admit();
    }
  }

  #fits(bytes: number): boolean {
    return this.#used === 0 || this.#used + bytes <= this.options.maxBytes;
  }
}
