/** How something that is kept came to be reached, from a root on; each link names one thing. */
export type Chain = readonly string[];

/** The files that something needs. */
export class Reached {
  readonly #paths = new Set<string>();
  /** The ways to what was asked for, in the order in which they were found. */
  readonly chains: Chain[] = [];

  /** @param wanted part of the name of what is to be explained: every way to it is noted, not only the first */
  constructor(readonly wanted?: string) {}

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  add(path: string, chain: Chain): void {
    this.#paths.add(path);
    if (this.wanted !== undefined && chain.at(-1)?.includes(this.wanted) === true) this.chains.push(chain);
  }
}
