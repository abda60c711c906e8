import type { AptArchive } from './apt-archive.js';
import type { DebianArch } from './architecture.js';

/** apt's view of the world for one download: everything below `directory`, nothing of the machine's own. */
export interface AptWorld {
  /** Absolute, without characters that {@link renderAptConfiguration} would have to escape. */
  readonly directory: string;
  readonly archive: AptArchive;
  readonly arch: DebianArch;
}

/** Signs every Debian release, those before the machine's own included. */
export const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Directories that apt expects to find, relative to the world's. */
export const APT_DIRECTORIES = ['state/lists/partial', 'cache/archives/partial', 'log'] as const;
export const APT_ARCHIVES = 'cache/archives';

export function renderAptSources({ archive, arch }: AptWorld): string {
  return `deb [signed-by=${KEYRING} arch=${arch}] ${archive.site} ${archive.suite} main\n`;
}

/**
 * The file that `APT_CONFIG` names. apt reads it before it looks for the machine's own configuration, which is thus
 * never read: its hooks would run on our download, and its pins would choose other versions.
 * @param transport lines from {@link transportLines}
 */
export function renderAptConfiguration({ directory, arch }: AptWorld, transport: readonly string[]): string {
  const settings: Record<string, string> = {
    'Dir::Etc::Main': '/dev/null',
    'Dir::Etc::Parts': '/dev/null',
    'Dir::Etc::SourceList': `${directory}/sources.list`,
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::Etc::Preferences': '/dev/null',
    'Dir::Etc::PreferencesParts': '/dev/null',
    'Dir::State': `${directory}/state`,
    'Dir::State::Lists': `${directory}/state/lists`,
    'Dir::State::Status': `${directory}/status`,
    'Dir::Cache': `${directory}/cache`,
    'Dir::Log': `${directory}/log`,
    'APT::Architecture': arch,
    'APT::Architectures': arch,
    // As root, apt would download as a user of its own, who may not enter a directory of ours.
    'APT::Sandbox::User': 'root',
    // Without it, `update` succeeds when nothing could be fetched.
    'APT::Update::Error-Mode': 'any',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
  };
  const own = Object.entries(settings).map(([name, value]) => `${name} "${value}";`);
  return [...own, ...transport, ''].join('\n');
}

/** What `apt-config dump` says about reaching servers (proxies, certificates, time limits): kept, as a site needs it. */
export function transportLines(dump: string): string[] {
  return dump.split('\n').filter((line) => /^Acquire::https?(::| )/i.test(line));
}
