/** Shows what a build is doing, on a stream that people watch. */
export interface Progress {
  begin(label: string): Task;
  /** A remark that belongs to no task. */
  note(text: string): void;
  /** Leaves the terminal as it should be. */
  close(): void;
}

export interface Task {
  /** The latest line that the task's own program printed. */
  line(text: string): void;
  end(outcome: string): void;
}

export interface ProgressOptions {
  readonly write: (text: string) => void;
  /** Milliseconds, from any origin. */
  readonly now: () => number;
  /** Width of the terminal; undefined when there is none. */
  readonly columns: number | undefined;
}

/** A running task, as both kinds of display keep it. */
export class RunningTask {
  latest = '';

  constructor(
    readonly label: string,
    private readonly now: () => number,
    private readonly started = now(),
  ) {}

  /** As in `compile the caches: 75 s, JetShapes`. */
  describe(): string {
    return `${this.label}: ${this.elapsed()}${this.latest === '' ? '' : `, ${this.latest}`}`;
  }

  elapsed(): string {
    return `${Math.round((this.now() - this.started) / 1000)} s`;
  }
}

/** A text cut to `width` characters, with a mark where something is missing. */
export function fit(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
