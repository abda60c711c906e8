import { parseToml } from '@depotcast/hydrator/format';
import * as v from 'valibot';
import { unknownTargets } from './check-targets.js';
import { crossCheck, type ProblemAt } from './cross-check.js';
import { type Locate, locatorOf, renderKeyPath } from './locate.js';
import type { Problem } from './problem.js';
import { exampleFor } from './remedies.js';
import { type SpecDocument, specSchema } from './schema.js';
import { resolveTargets } from './spec-target.js';
import type { EnvironmentSpec, Spec } from './spec.js';
import { suggest } from './suggest.js';
import { unknownKeys } from './unknown-keys.js';

export interface ParsedSpec {
  /** Undefined when a problem leaves it without a meaning. */
  readonly spec: Spec | undefined;
  readonly problems: readonly Problem[];
  readonly locate: Locate;
}

/**
 * Turns the text of `spec.toml` into a spec. `file` is its absolute path; `resolve` makes an absolute path of one that is
 * relative to it.
 * @throws DepotError `bad-spec` when the text is not TOML
 */
export function parseSpec(text: string, file: string, resolve: (path: string) => string): ParsedSpec {
  const data = parseToml(text, file);
  const locate = locatorOf(text);
  const problemAt: ProblemAt = (path, message, remedy) => {
    return { file, line: locate(path), key: renderKeyPath(path), message, remedy };
  };
  const unknown = unknownKeys(specSchema, data).map(({ path, known }) => {
    const near = suggest(String(path.at(-1)), known);
    const remedy =
      near === undefined ? `remove it; known here: ${known.join(', ')}` : `did you mean '${near}'?`;
    return problemAt(path, 'unknown key', remedy);
  });
  const result = v.safeParse(specSchema, data);
  const misshapen = (result.issues ?? []).map((issue) => {
    const path = (issue.path ?? []).map((item) => item.key as string | number);
    return isMissing(issue)
      ? problemAt(path, 'is missing', `add ${exampleFor(path) ?? 'it'}`)
      : problemAt(path, issue.message, `write, for example, ${exampleFor(path) ?? 'another value'}`);
  });
  const crossed = result.typed ? crossCheck(result.output, problemAt) : [];
  return {
    spec: result.typed ? toSpec(result.output, file, resolve) : undefined,
    problems: [...unknown, ...misshapen, ...unknownTargets(data, problemAt), ...crossed].sort(
      (a, b) => (a.line ?? 0) - (b.line ?? 0),
    ),
    locate,
  };
}

function isMissing(issue: v.BaseIssue<unknown>): boolean {
  return issue.type === 'object' && issue.received === 'undefined';
}

function toSpec(document: SpecDocument, file: string, resolve: (path: string) => string): Spec {
  const command = (words: string | string[]) =>
    [words].flat().map((word) => (/^\.\.?\//.test(word) ? resolve(word) : word));
  const knownTargets = resolveTargets(document.target);
  return {
    file,
    name: document.name,
    version: document.version,
    prefix: document.prefix,
    julia: command(document.julia.command),
    linker: command(document.julia.linker),
    bundleRuntime: document.julia['bundle-runtime'],
    compile: { optLevel: document.compile['opt-level'], checkBounds: document.compile['check-bounds'] },
    proof: { onOtherCpu: document.proof['other-cpu'] },
    knownTargets,
    targets: document.targets.flatMap((name) => knownTargets.find((target) => target.name === name) ?? []),
    environments: document.environment.map((environment): EnvironmentSpec => {
      const { packages, statements } = environment.sysimage ?? {};
      const workload = environment.workload ?? environment.sysimage?.workload;
      return {
        name: environment.name,
        project: resolve(environment.project),
        starts: environment.starts,
        lazyArtifacts: environment['lazy-artifacts'],
        packages,
        workload: workload === undefined ? undefined : resolve(workload),
        statements: statements === undefined ? undefined : resolve(statements),
      };
    }),
  };
}
