/** A function of an image that touches a register that it must not. */
export interface Offence {
  readonly symbol: string;
  readonly instruction: string;
}

/** Enough to see what kind of code it is. */
const MAX_OFFENCES = 5;

/**
 * Looks through the output of `objdump -d --no-show-raw-insn`, piece by piece, for register operands. Names of symbols
 * can look like registers (`symm`, `z5`); they stand in angle brackets, and only what stands before these is looked at.
 */
export class DisassemblyScan {
  private readonly pattern: RegExp;
  private rest = '';
  private symbol = 'no symbol';
  private readonly found = new Map<string, Offence>();

  /** @param registers a pattern for operands */
  constructor(registers: string) {
    this.pattern = new RegExp(
      `^[0-9a-f]+ <(.+)>:$|^ *[0-9a-f]+:\\t([^\\s<]+[^\\n<]*?(?:${registers})[^\\n]*)$`,
      'gm',
    );
  }

  /** One of each function, at most a handful. */
  get offences(): readonly Offence[] {
    return [...this.found.values()];
  }

  get isFull(): boolean {
    return this.found.size >= MAX_OFFENCES;
  }

  push(text: string): void {
    const all = this.rest + text;
    const end = all.lastIndexOf('\n') + 1;
    this.rest = all.slice(end);
    this.scan(all.slice(0, end));
  }

  end(): void {
    this.scan(this.rest);
    this.rest = '';
  }

  private scan(lines: string): void {
    for (const [, symbol, instruction] of lines.matchAll(this.pattern)) {
      if (symbol !== undefined) this.symbol = symbol;
      if (instruction === undefined || this.isFull || this.found.has(this.symbol)) continue;
      this.found.set(this.symbol, {
        symbol: this.symbol,
        instruction: instruction.replace(/\s+/g, ' ').trim(),
      });
    }
  }
}
