/** What traces of workloads say is worth compiling ahead. */
export interface Statements {
  /** Julia code, one `precompile(...)` a line, sorted. */
  readonly kept: readonly string[];
  /** Distinct statements that no image can hold. */
  readonly dropped: number;
}

/**
 * Merges the outputs of `--trace-compile`. Statements about the workload's own names are dropped: a job has another Main.
 */
export function mergeStatements(traces: readonly string[]): Statements {
  const all = new Set(traces.flatMap((trace) => trace.split('\n').flatMap(statementOf)));
  const kept = [...all]
    .filter((statement) => !MAIN.test(statement))
    .map(readable)
    .sort();
  return { kept, dropped: all.size - kept.length };
}

/** Number of methods that a process compiled, from its `--trace-compile`; no file means none. */
export function countStatements(trace: string): number {
  return new Set(trace.split('\n').flatMap(statementOf)).size;
}

/** In types Julia prints a character by its bits, in a form that it reads as a code point. */
function readable(statement: string): string {
  return statement.replace(/\bChar\((0x[0-9a-f]{8})\)/g, 'reinterpret(Char, $1)');
}

/** `Main.f`, and the types of closures and of functions made in Main: `getfield(Main, Symbol("#3#4"))`. */
const MAIN = /\bMain\b/;

/** A line may begin with timings (1.12) and end with a remark such as `# recompile`. */
function statementOf(line: string): string[] {
  const statement = /precompile\(.*\)/.exec(line)?.[0];
  return statement === undefined ? [] : [statement];
}
