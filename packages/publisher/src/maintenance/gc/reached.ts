/** How something that is kept came to be reached, from a root on; each link names one thing. */
export type Chain = readonly string[];

/** The files that something needs. */
export class Reached {
  readonly #paths = new Set<string>();
  /** The ways to what was asked for, in the order in which they were found. */
  readonly chains: Chain[] = [];

  readonly #asked: RegExp | undefined;

  /** @param wanted beginning of the name of what is to be explained: every way to it is noted, not only the first */
  constructor(wanted?: string) {
    this.#asked = wanted === undefined ? undefined : namePattern(wanted);
  }

  get isAsked(): boolean {
    return this.#asked !== undefined;
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  add(path: string, chain: Chain): void {
    this.#paths.add(path);
    if (this.#asked === undefined) return;
    // After the comma stands what it is a part of, which is a name of something else.
    const [own = ''] = chain.at(-1)?.split(', of ') ?? [];
    if (this.#asked.test(own)) this.chains.push(chain);
  }
}

/** Finds names that begin so, wherever they stand in a text; `wanted` is made of letters, digits and dashes. */
export function namePattern(wanted: string): RegExp {
  return new RegExp(`\\b${wanted}`);
}
