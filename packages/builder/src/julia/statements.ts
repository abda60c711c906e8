/** What traces of workloads say is worth compiling ahead. */
export interface Statements {
  /** Julia code, one `precompile(...)` a line, sorted. */
  readonly kept: readonly string[];
  /** Those that no image can hold. */
  readonly dropped: readonly string[];
}

/**
 * Merges the outputs of `--trace-compile`. Statements about the workload's own names are dropped: a job has another Main.
 */
export function mergeStatements(traces: readonly string[]): Statements {
  const all = new Set(traces.flatMap((trace) => trace.split('\n').flatMap(statementOf)));
  const sorted = [...all].sort();
  return {
    kept: sorted.filter((statement) => !MAIN.test(statement)).map(readable),
    dropped: sorted.filter((statement) => MAIN.test(statement)),
  };
}

/**
 * Statements that an image was made of and that are compiled under it all the same: Julia agrees to a statement for which
 * it can generate no code in the process that writes the image.
 * @param trace what the workload compiled under that image
 */
export function statementsInVain({ kept }: Statements, trace: string): string[] {
  const again = new Set(mergeStatements([trace]).kept);
  return kept.filter((statement) => again.has(statement));
}

/** Number of methods that a process compiled, from its `--trace-compile`; no file means none. */
export function countStatements(trace: string): number {
  return new Set(trace.split('\n').flatMap(statementOf)).size;
}

/**
 * Methods that a process compiled, counted by the package that made it necessary, most first: the first package that a
 * statement names besides Julia's own modules, for a method of Base is compiled anew for a package's types.
 */
export function countByPackage(trace: string): { readonly package: string; readonly methods: number }[] {
  const counts = new Map<string, number>();
  for (const statement of new Set(trace.split('\n').flatMap(statementOf))) {
    const modules = [...statement.matchAll(ROOT_MODULE)].flatMap(([, name]) => name ?? []);
    const cause = modules.find((name) => !JULIA_MODULES.has(name)) ?? modules[0] ?? 'Core';
    counts.set(cause, (counts.get(cause) ?? 0) + 1);
  }
  return [...counts]
    .map(([name, methods]) => ({ package: name, methods }))
    .sort((a, b) => b.methods - a.methods || (a.package < b.package ? -1 : 1));
}

/** A module's name where a qualified name begins: `JetAnalysis` in `typeof(JetAnalysis.IO.read)`. */
const ROOT_MODULE = /(?<![\w.!@#"])(\p{Lu}[\p{L}\p{N}_]*)\./gu;
const JULIA_MODULES: ReadonlySet<string> = new Set(['Base', 'Core']);

/** In types Julia prints a character by its bits, in a form that it reads as a code point. */
function readable(statement: string): string {
  return statement.replace(/\bChar\((0x[0-9a-f]{8})\)/g, 'reinterpret(Char, $1)');
}

/** `Main.f`, and the types of closures and of functions made in Main: `getfield(Main, Symbol("#3#4"))`. */
const MAIN = /\bMain\b/;

export function isStatement(line: string): boolean {
  return statementOf(line).length > 0;
}

/** A line may begin with timings (1.12) and end with a remark such as `# recompile`. */
function statementOf(line: string): string[] {
  const statement = /precompile\(.*\)/.exec(line)?.[0];
  return statement === undefined ? [] : [statement];
}
