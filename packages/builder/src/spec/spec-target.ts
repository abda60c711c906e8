import { BASELINE, findTarget, type Target, TARGETS } from '@depotcast/hydrator/format';
import type { TargetTable } from './target-schema.js';

/** A target as a spec means it. */
export interface SpecTarget extends Target {
  /** Those of `requires` that its strings need not provide: a site asks more of its nodes than the code does. */
  readonly raised: readonly string[];
}

/** All targets that a spec can name: those that every spec can, raised where it says so, and its own. */
export function resolveTargets(tables: readonly TargetTable[]): SpecTarget[] {
  const raisedTargets = TARGETS.map((target) => {
    const table = tables.find(({ name }) => name === target.name);
    return table === undefined ? { ...target, raised: [] } : raise(target, table);
  });
  const own = tables.filter(({ name }) => findTarget(name) === undefined);
  return [...raisedTargets, ...own.flatMap(newTarget)];
}

function raise(target: Target, table: TargetTable): SpecTarget {
  const raised = table.requires.filter((feature) => !target.requires.includes(feature));
  return {
    ...target,
    requires: [...target.requires, ...raised],
    raised,
    julia: stringsOf(table) ?? target.julia,
  };
}

/** Nothing where the table lacks what a new target must have, which is reported elsewhere. */
function newTarget(table: TargetTable): SpecTarget[] {
  const { name, arch, requires, base } = table;
  const julia = stringsOf(table);
  if (arch === undefined || julia === undefined) return [];
  const inherited = base === undefined ? [] : (findTarget(base)?.requires ?? []);
  const all = [...new Set([...BASELINE[arch], ...inherited, ...requires])];
  return [{ name, arch, requires: all, raised: [], julia }];
}

function stringsOf({ julia }: TargetTable): Target['julia'] | undefined {
  if (julia === undefined) return undefined;
  if (typeof julia === 'string') return [{ since: '1.0', cpuTarget: julia }];
  return julia
    .map(({ since, 'cpu-target': cpuTarget }) => ({ since, cpuTarget }))
    .sort((a, b) => a.since.localeCompare(b.since, 'en', { numeric: true }));
}
