import { checkTargets } from './check-targets.js';
import type { KeyPath } from './locate.js';
import type { Problem } from './problem.js';
import type { SpecDocument } from './schema.js';

/** Makes a problem of the spec at hand. */
export type ProblemAt = (path: KeyPath, message: string, remedy: string) => Problem;

/** Mistakes that no single key shows. */
export function crossCheck(document: SpecDocument, problemAt: ProblemAt): Problem[] {
  const names = document.environment.map(({ name }) => name);
  const targets = checkTargets(document.target, problemAt);
  const environments = document.environment.flatMap((environment, index) => {
    const problems: Problem[] = [];
    if (names.indexOf(environment.name) !== index) {
      const message = `'${environment.name}' is the name of two environments`;
      problems.push(problemAt(['environment', index, 'name'], message, 'give each a name of its own'));
    }
    if (environment.workload !== undefined && environment.sysimage?.workload !== undefined) {
      const remedy = 'name it once, in [[environment]]';
      problems.push(
        problemAt(['environment', index, 'sysimage', 'workload'], 'the workload is named twice', remedy),
      );
    }
    if (environment.sysimage !== undefined && !environment.starts.includes('sysimage')) {
      const remedy = 'remove this table, or add "sysimage" to starts';
      problems.push(
        problemAt(['environment', index, 'sysimage'], 'starts leaves out the system image', remedy),
      );
    }
    return problems;
  });
  return [...targets, ...environments];
}
