import { DepotError } from '@depotcast/hydrator/format';
import { readFile } from 'node:fs/promises';
import { isStatement, mergeStatements } from '../julia/statements.js';

const HEADING = `# Methods that real sessions compiled, for the system image; depot-build record adds to it.
`;

/**
 * Reads recorded statements: Julia code, one `precompile(...)` a line, with comments and blank lines between.
 * @returns undefined where there is no such file
 * @throws DepotError `bad-spec`, naming the line
 */
export async function readStatements(file: string): Promise<string[] | undefined> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new DepotError('bad-spec', `${file}: cannot be read: ${message}`, { cause });
  });
  return text === undefined ? undefined : parseStatements(text, file);
}

/** Julia 1.12 begins a traced line with its times, as a comment of the other kind: `#= 1.2 ms =# precompile(...)`. */
const COMMENT = /^\s*(?:#(?!=)|$)/;

/** @throws DepotError `bad-spec`, naming the line */
export function parseStatements(text: string, file: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    if (COMMENT.test(line)) return [];
    if (isStatement(line)) return [line];
    throw new DepotError('bad-spec', `${file}:${index + 1}: expected precompile(...), got '${line}'`, {
      hint: 'take the line out; depot-build record writes this file, and --from reads what --trace-compile wrote',
    });
  });
}

export interface Recording {
  /** What is recorded, sorted, each once. */
  readonly statements: readonly string[];
  /** Lines that a killed session left half written. */
  readonly unreadable: readonly string[];
  /** Statements that no image can hold. */
  readonly dropped: readonly string[];
}

/** Adds what sessions compiled to what is recorded already. */
export function addStatements(recorded: readonly string[], traces: readonly string[]): Recording {
  const { kept, dropped } = mergeStatements([recorded.join('\n'), ...traces]);
  const lines = traces.flatMap((trace) => trace.split('\n'));
  const unreadable = lines.filter((line) => /\bprecompile\(/.test(line) && !isStatement(line));
  return { statements: kept, dropped, unreadable };
}

/** The text of a file of recorded statements. */
export function renderStatements(statements: readonly string[]): string {
  return `${HEADING}${statements.map((statement) => `${statement}\n`).join('')}`;
}
