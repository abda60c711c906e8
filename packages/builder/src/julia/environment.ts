import { isPathBound } from '@depotcast/hydrator/format';
import type { JuliaFacts } from './facts.js';

export interface JuliaSetting {
  readonly julia: Pick<JuliaFacts, 'version' | 'bindir'>;
  /** Whether Julia stands in a layer, and so has nothing of the host's to look for. */
  readonly isBundled?: boolean;
  /** Searched in this order; the first is written to. */
  readonly depots: readonly string[];
  /** Folder of the Project.toml. */
  readonly project: string;
  /** An empty folder of the build's own: no start-up file, no depot of the admin's. */
  readonly home: string;
  /** What package caches are compiled for, where caches hold machine code. */
  readonly cpuTarget?: string | undefined;
  /** Prints why a cache is not used. */
  readonly debugLoading?: boolean;
}

const LIBRARY_PATH = 'LD_LIBRARY_PATH';
/** Variables of the host that programs need in order to run at all. */
const PASSED_ON = ['PATH', 'TMPDIR', LIBRARY_PATH, 'QEMU_CPU', 'QEMU_LD_PREFIX', 'OPENBLAS_CORETYPE'];

/** The whole environment of a Julia process: what the admin's shell holds does not reach what is compiled. */
export function juliaEnvironment(setting: JuliaSetting, host: NodeJS.ProcessEnv): Record<string, string> {
  const passedOn = PASSED_ON.flatMap((name) => {
    const value = host[name];
    const isHidden = name === LIBRARY_PATH && setting.isBundled === true;
    return value === undefined || isHidden ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(passedOn),
    LANG: 'C.UTF-8',
    HOME: setting.home,
    JULIA_DEPOT_PATH: [...setting.depots, ...ownDepots(setting.julia)].join(':'),
    JULIA_LOAD_PATH: '@:@stdlib',
    JULIA_PROJECT: setting.project,
    JULIA_PKG_OFFLINE: 'true',
    JULIA_PKG_SERVER: '',
    JULIA_PKG_PRECOMPILE_AUTO: '0',
    JULIA_HISTORY: '/dev/null',
    ...(setting.cpuTarget === undefined ? {} : { JULIA_CPU_TARGET: setting.cpuTarget }),
    ...(setting.debugLoading === true ? { JULIA_DEBUG: 'loading' } : {}),
  };
}

/** Up to 1.10 an empty entry would bring in the user's own depot; from 1.11 on it means just those that Julia ships. */
function ownDepots({ version, bindir }: JuliaSetting['julia']): string[] {
  if (!isPathBound(version)) return [''];
  const root = bindir.replace(/\/[^/]*$/, '');
  return [`${root}/local/share/julia`, `${root}/share/julia`];
}
