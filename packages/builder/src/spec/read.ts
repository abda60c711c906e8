import { DepotError, PROJECT_NAMES } from '@depotcast/hydrator/format';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { KeyPath, Locate } from './locate.js';
import { parseSpec } from './parse.js';
import { type Problem, refuseProblems } from './problem.js';
import type { SpecTarget } from './spec-target.js';
import type { Spec, SpecOverrides } from './spec.js';

/**
 * Reads and checks a spec, with the files that it names.
 * @throws DepotError `bad-spec` with every mistake, `usage` for an override that makes no sense
 */
export async function readSpec(path: string, overrides: SpecOverrides = {}): Promise<Spec> {
  const file = resolve(path);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new DepotError('bad-spec', `${file}: cannot be read: ${(cause as Error).message}`, { cause });
  });
  const { spec, problems, locate } = parseSpec(text, file, (name) => resolve(dirname(file), name));
  const missing = spec === undefined ? [] : await findMissing(spec, locate);
  refuseProblems([...problems, ...missing].sort((a, b) => (a.line ?? 0) - (b.line ?? 0)));
  if (spec === undefined) throw new Error(`${file}: a spec without problems has a meaning`);
  return applyOverrides(spec, overrides);
}

/** The spec as the command line wants it. */
export function applyOverrides(spec: Spec, overrides: SpecOverrides): Spec {
  return {
    ...spec,
    prefix: overrides.prefix ?? spec.prefix,
    julia: overrides.julia ?? spec.julia,
    linker: overrides.linker ?? spec.linker,
    proof: { onOtherCpu: overrides.onOtherCpu ?? spec.proof.onOtherCpu },
    targets: overrides.targets?.map((name) => targetNamed(name, spec.knownTargets)) ?? spec.targets,
  };
}

function targetNamed(name: string, known: readonly SpecTarget[]): SpecTarget {
  const target = known.find((candidate) => candidate.name === name);
  if (target !== undefined) return target;
  const names = known.map((candidate) => candidate.name).join(', ');
  throw new DepotError('usage', `--target: unknown target '${name}'`, { hint: `known: ${names}` });
}

async function findMissing(spec: Spec, locate: Locate): Promise<Problem[]> {
  const checks = spec.environments.flatMap(({ name, project, workload }, index) => [
    {
      key: ['environment', index, 'project'],
      files: PROJECT_NAMES.map((file) => join(project, file)),
      remedy: `name the folder of environment '${name}', the one that holds its Project.toml`,
    },
    ...(workload === undefined
      ? []
      : [
          {
            key: workloadKey(index, locate),
            files: [workload],
            remedy: 'name a Julia script that does what jobs do, or remove the key',
          },
        ]),
  ]);
  const problems = await Promise.all(
    checks.map(async ({ key, files, remedy }): Promise<Problem[]> => {
      for (const file of files) if (await isFile(file)) return [];
      const message = `${files.at(-1) ?? ''} does not exist`;
      return [{ file: spec.file, line: locate(key), key: String(key.at(-1)), message, remedy }];
    }),
  );
  return problems.flat();
}

/** The workload stands in the environment's table or in that of its system image. */
function workloadKey(index: number, locate: Locate): KeyPath {
  const table: KeyPath = ['environment', index];
  const isOwn = locate([...table, 'workload']) !== locate(table);
  return isOwn ? [...table, 'workload'] : [...table, 'sysimage', 'workload'];
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
