import { explain } from './explain.js';

const LINES = 20;

/** The last lines of a process' output, and what is known about the first of them that names a cause. */
export class LogTail {
  private kept: string[] = [];

  add(line: string): void {
    this.kept.push(line);
    if (this.kept.length > LINES) this.kept.shift();
  }

  get lines(): readonly string[] {
    return this.kept;
  }

  /** Remedy for a message of Julia's that is known to mislead. */
  get hint(): string | undefined {
    return this.kept.map(explain).find((hint) => hint !== undefined);
  }
}
