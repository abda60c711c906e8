import type { Context } from './context.js';
import { renderBytes } from './render.js';

/** Milliseconds between two paintings of the progress line. */
const REPAINT = 100;
const BAR_WIDTH = 24;

/** Shows how far a long task is: a live bar on a terminal, else one line for each layer. */
export class Progress {
  #total = 0;
  #done = 0;
  #layer = '';
  #painted = 0;

  constructor(
    private readonly context: Context,
    private readonly verb: string,
  ) {}

  readonly onTotal = (bytes: number): void => {
    this.#total = bytes;
  };

  readonly onLayer = ({ id, bytes }: { readonly id: string; readonly bytes: number }): void => {
    this.#layer = id;
    if (this.context.paint === undefined) this.context.note(`${this.verb} ${id} (${renderBytes(bytes)})`);
  };

  readonly onFile = (bytes: number): void => {
    this.#done += bytes;
    const now = this.context.now().getTime();
    if (this.context.paint === undefined || now - this.#painted < REPAINT) return;
    this.#painted = now;
    this.context.paint(this.#render());
  };

  /** Runs the task and clears the line after it, whatever becomes of it. */
  async during<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } finally {
      this.context.paint?.('');
    }
  }

  #render(): string {
    const share = this.#total === 0 ? 1 : Math.min(1, this.#done / this.#total);
    const bar = '#'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '.');
    const amount = `${renderBytes(this.#done)} of ${renderBytes(this.#total)}`;
    return `${this.verb} [${bar}] ${amount}  ${this.#layer}`;
  }
}
