import { juliaString } from '../literal.js';
import { countStatements } from '../statements.js';
import { renderReplay } from './replay-script.js';

export interface Rehearsal {
  /** Names of the packages that the system image will hold. */
  readonly packages: readonly string[];
  /** File with one `precompile(...)` a line. */
  readonly statements: string;
  /** Script that does what jobs do; undefined where there is none. */
  readonly workload: string | undefined;
}

/** Called where the workload begins, so that the trace of the process shows it. */
const BEGIN = 'depotcast_workload_begins';

/**
 * Julia code that does in one process what a system image is made for: loads the packages, compiles the statements, and runs
 * the workload.
 */
export function renderRehearsal({ packages, statements, workload }: Rehearsal): string {
  const run = workload === undefined ? '' : `${BEGIN}(ARGS)\ninclude(${juliaString(workload)})\n`;
  return `for name in String[${packages.map(juliaString).join(', ')}]
    id = Base.identify_package(name)
    id === nothing || Base.require(id)
end
@eval Module() begin
${renderReplay(statements)}
end
${BEGIN}(values) = foreach(print, values)
${run}`;
}

/** Methods that the workload of a rehearsal still had to compile, from the process's `--trace-compile`. */
export function countAfterReplay(trace: string): number {
  const lines = trace.split('\n');
  const begin = lines.findIndex((line) => line.includes(BEGIN));
  if (begin < 0) throw new Error('the trace does not show where the workload begins');
  return countStatements(lines.slice(begin + 1).join('\n'));
}
