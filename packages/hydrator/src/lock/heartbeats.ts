/** Milliseconds between two signs of life of whoever holds a lock. */
export const BEAT = 5_000;
/** Milliseconds without one after which a holder that cannot be looked at counts as gone. */
const SILENCE = 60_000;

/**
 * Judges holders on other hosts by whether they still touch their lock file. What is compared is how long a file has
 * stood still on this process's own steady clock: the hosts' clocks and the file server's need not agree.
 */
export class Heartbeats {
  readonly #seen = new Map<string, { readonly beat: string; readonly since: number }>();

  /** @param now milliseconds on a clock that never jumps */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @param beat what changes with every sign of life */
  isSilent(file: string, beat: string): boolean {
    const seen = this.#seen.get(file);
    if (seen?.beat === beat) return this.now() - seen.since > SILENCE;
    this.#seen.set(file, { beat, since: this.now() });
    return false;
  }
}
