import type { LaunchEnvironment } from '../launch/render-environment.js';
import type { Finding } from './finding.js';

/** What a variable leads to that is not as the release needs it. */
const MEANINGS: Readonly<Record<string, Pick<Finding, 'effect' | 'what'>>> = {
  JULIA_DEPOT_PATH: { effect: 'compiles', what: "leads past the release's layers" },
  JULIA_PROJECT: { effect: 'diverts', what: "names another environment than the release's" },
  JULIA_LOAD_PATH: {
    effect: 'diverts',
    what: "lets other environments stand above the release's, so that other versions and preferences may be taken",
  },
  JULIA_CPU_TARGET: { effect: 'compiles', what: 'makes Julia look for code of another CPU target' },
  JULIA_BINDIR: { effect: 'breaks', what: 'makes Julia take another installation for itself' },
};

const REMEDY =
  "start the job with 'depot-hydrate exec' or the release's activate, or evaluate what 'depot-hydrate env' prints after whatever sets it";

/**
 * Variables of a shell that would lead a plain `julia` astray.
 * @param env the shell's environment
 * @param wanted what the release's start sets and unsets
 */
export function findVariables(env: NodeJS.ProcessEnv, wanted: LaunchEnvironment): Finding[] {
  const differing = Object.entries(wanted.set).filter(
    ([name, value]) => env[name] !== undefined && essence(name, env[name]) !== essence(name, value),
  );
  const superfluous = wanted.unset.filter((name) => env[name] !== undefined);
  return [...differing.map(([name]) => name), ...superfluous].flatMap((name) => {
    const meaning = MEANINGS[name];
    if (meaning === undefined) return [];
    const { effect, what } = meaning;
    return [{ effect, subject: `${name}=${env[name] ?? ''}`, what, remedy: REMEDY }];
  });
}

/** The first depot is a scratch folder, and each start has another. */
function essence(name: string, value: string): string {
  return name === 'JULIA_DEPOT_PATH' ? value.replace(/^[^:]*/, '') : value;
}
