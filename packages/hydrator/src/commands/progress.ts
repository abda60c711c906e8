import { renderBytes } from '../cache/size.js';

/** Milliseconds between two paintings of the progress line. */
const REPAINT = 100;
const BAR_WIDTH = 24;

/** Where progress is shown. */
export interface Display {
  readonly now: () => Date;
  readonly note: (line: string) => void;
  /** Rewrites the progress line of a terminal; undefined where there is none. */
  readonly paint?: ((line: string) => void) | undefined;
}

/** Shows how far a long task is: a live bar on a terminal, else one line for each layer. */
export class Progress {
  #total = 0;
  #done = 0;
  #layer = '';
  #painted = 0;

  constructor(
    private readonly display: Display,
    private readonly verb: string,
  ) {}

  readonly onTotal = (bytes: number): void => {
    this.#total = bytes;
  };

  readonly onLayer = ({ id, bytes }: { readonly id: string; readonly bytes: number }): void => {
    this.#layer = id;
    if (this.display.paint === undefined) this.display.note(`${this.verb} ${id} (${renderBytes(bytes)})`);
  };

  readonly onFile = (bytes: number): void => {
    this.#done += bytes;
    const now = this.display.now().getTime();
    if (this.display.paint === undefined || now - this.#painted < REPAINT) return;
    this.#painted = now;
    this.display.paint(this.#render());
  };

  /** Runs the task and clears the line after it, whatever becomes of it. */
  async during<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } finally {
      this.display.paint?.('');
    }
  }

  #render(): string {
    const share = this.#total === 0 ? 1 : Math.min(1, this.#done / this.#total);
    const bar = '#'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '.');
    const amount = `${renderBytes(this.#done)} of ${renderBytes(this.#total)}`;
    return `${this.verb} [${bar}] ${amount}  ${this.#layer}`;
  }
}
