import { DepotError } from '@depotcast/hydrator/format';

/** A cache that Julia did not take, as `JULIA_DEBUG=loading` tells. */
export interface Rejection {
  readonly line: string;
  readonly remedy: string;
}

const REJECTING = /Rejecting .*cache file|Rejecting object cache|Precompiling |Recompiling stale/;

/** What Julia's reasons mean for a cache that was compiled a moment ago, most telling first. */
const REMEDIES: readonly { readonly pattern: RegExp; readonly remedy: string }[] = [
  {
    pattern: /target|CPU|clone/i,
    remedy:
      "this host's CPU lacks features of the target: build it on a CPU that has them, or under an emulator",
  },
  {
    pattern: /mtime|has changed|stale|different (?:file|size|hash)|no longer exists/i,
    remedy:
      'a file changed after it was compiled: a package writes or reads files of its own while it is compiled (include_dependency)',
  },
  {
    pattern: /preference/i,
    remedy: 'preferences differ: put them into LocalPreferences.toml beside the Project',
  },
  {
    pattern: /already loaded|incompatible|different julia version|build.?id/i,
    remedy:
      'it belongs to another system image: another process has written to the build cache; build with a new --cache',
  },
  {
    pattern: /flags|check-bounds|optimi[sz]ation/i,
    remedy:
      'it was compiled with other flags: set them in [compile], not in JULIA_OPTIONS or a wrapper script',
  },
];

/** Julia goes on without an extension that cannot be loaded, and only logs it. */
const FAILED_EXTENSION = /Error during loading of extension (\S+) of (\w+)/;

/** @throws DepotError `build-failed` when an extension was not loaded, as jobs would go without it too */
export function refuseFailedExtension(log: string, label: string): void {
  const [, extension, parent] = FAILED_EXTENSION.exec(log) ?? [];
  if (extension === undefined) return;
  throw new DepotError(
    'build-failed',
    `${label}: the extension ${extension} of ${parent ?? ''} cannot be loaded`,
    {
      hint: 'the log says why; often versions do not go together: choose others, or leave out the package that calls the extension in',
    },
  );
}

/** The first cache that was rejected, with what helps; undefined when all were taken. */
export function findRejection(log: string): Rejection | undefined {
  const lines = log.split('\n');
  const index = lines.findIndex((line) => REJECTING.test(line));
  const line = lines[index];
  if (line === undefined) return undefined;
  // A reason may follow on the next lines of the same message, which the logger marks with a bar.
  const rest = lines.slice(index + 1, index + 4).filter((next) => /^\s*[│└]/.test(next));
  const message = [line, ...rest].join('\n');
  const remedy = REMEDIES.find(({ pattern }) =>
    pattern.test(message.replace(/Rejecting .*? because/, '')),
  )?.remedy;
  return { line: line.trim(), remedy: remedy ?? 'look for the reason in the log' };
}
