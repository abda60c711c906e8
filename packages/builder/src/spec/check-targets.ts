import { type Arch, findTarget, juliaFeatures, TARGETS } from '@depotcast/hydrator/format';
import type { ProblemAt } from './cross-check.js';
import type { KeyPath } from './locate.js';
import type { Problem } from './problem.js';
import { suggest } from './suggest.js';
import type { TargetTable } from './target-schema.js';

/** Names in `targets` that are neither known to all specs nor the spec's own; `data` is the document as it was written. */
export function unknownTargets(data: unknown, problemAt: ProblemAt): Problem[] {
  const { targets, target } = data as { targets?: unknown; target?: unknown };
  const own = listOf(target).map((table) => (table as { name?: unknown } | null)?.name);
  const known = [...TARGETS.map(({ name }) => name), ...own.filter((name) => typeof name === 'string')];
  return listOf(targets).flatMap((name, index) => {
    if (typeof name !== 'string' || known.includes(name)) return [];
    const near = suggest(name, known);
    const hint = near === undefined ? '' : `, did you mean '${near}'?`;
    const message = `unknown target '${name}'${hint}; known: ${known.join(', ')}`;
    return [problemAt(['targets', index], message, 'name one that is known, or describe it in a [[target]]')];
  });
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Mistakes in the tables of targets that no single key shows. */
export function checkTargets(tables: readonly TargetTable[], problemAt: ProblemAt): Problem[] {
  return tables.flatMap((table, index) => {
    const at = (key: string, message: string, remedy: string): Problem =>
      problemAt(['target', index, key], message, remedy);
    const first = tables.findIndex(({ name }) => name === table.name);
    const problems =
      first === index
        ? []
        : [at('name', `'${table.name}' is described twice`, 'put all into one [[target]]')];
    const known = findTarget(table.name);
    problems.push(...(known === undefined ? checkNew(table, at) : checkKnown(table, known.arch, at)));
    const arch = known?.arch ?? table.arch;
    if (arch !== undefined) problems.push(...checkSpelling(table, arch, index, problemAt));
    return problems;
  });
}

type At = (key: string, message: string, remedy: string) => Problem;

function checkNew({ arch, base, julia }: TargetTable, at: At): Problem[] {
  const problems: Problem[] = [];
  if (arch === undefined) problems.push(at('arch', 'is missing', 'add arch = "x86_64"'));
  if (julia === undefined) problems.push(at('julia', 'is missing', 'add julia = "haswell,-rdrnd"'));
  if (base === undefined) return problems;
  const target = findTarget(base);
  if (target === undefined) {
    const names = TARGETS.map(({ name }) => name);
    const near = suggest(base, names);
    const remedy = near === undefined ? `known: ${names.join(', ')}` : `did you mean '${near}'?`;
    problems.push(at('base', `unknown target '${base}'`, remedy));
  } else if (arch !== undefined && target.arch !== arch) {
    problems.push(at('base', `'${base}' is for ${target.arch}, not ${arch}`, `name a target for ${arch}`));
  }
  return problems;
}

function checkKnown({ name, arch, base }: TargetTable, known: Arch, at: At): Problem[] {
  const problems: Problem[] = [];
  if (arch !== undefined && arch !== known) {
    problems.push(at('arch', `'${name}' is for ${known}`, 'remove the key, or choose another name'));
  }
  if (base !== undefined) {
    problems.push(
      at('base', `'${name}' has requirements of its own`, 'remove the key, or choose another name'),
    );
  }
  return problems;
}

/** Features that Julia spells in another way than kernels would never be found on a node. */
function checkSpelling(
  { requires }: TargetTable,
  arch: Arch,
  index: number,
  problemAt: ProblemAt,
): Problem[] {
  const features = juliaFeatures(arch, NEWEST);
  const isKernels = (name: string) => features.some(({ kernel }) => kernel.includes(name));
  return requires.flatMap((name, position) => {
    const spelling = features.find((feature) => feature.name === name)?.kernel ?? [];
    if (isKernels(name) || spelling.length === 0) return [];
    const path: KeyPath = ['target', index, 'requires', position];
    const remedy = `write ${spelling.map((kernel) => `"${kernel}"`).join(', ')}`;
    return [problemAt(path, `'${name}' is Julia's spelling, not that of /proc/cpuinfo`, remedy)];
  });
}

/** The last Julia whose features are known. */
const NEWEST = '1.13.0';
