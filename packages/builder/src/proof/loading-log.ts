import { DepotError } from '@depotcast/hydrator/format';
import { REJECTION_REASONS } from './rejection-reasons.js';

/** A cache that Julia did not take, or not whole, as `JULIA_DEBUG=loading` tells. */
export interface Rejection {
  readonly line: string;
  /** Name of the package, where the line has one. */
  readonly package: string | undefined;
  readonly cause: string;
  readonly remedy: string;
}

export interface LoadingSituation {
  /** Folder of the caches that must be taken. Those that come with Julia may be refused, as under another system image. */
  readonly compiled: string;
  /** Whether caches hold machine code, so that one that is loaded without is as bad as none. */
  readonly hasNativeCaches: boolean;
}

const REJECTING =
  /(?:Rejecting|Ignoring) .*cache file|Deserialization checks failed|failed to load from cache file|failed to create a usable|with build ID .* is missing from the cache|Precompiling |Recompiling stale|Precompiled image .* not available/;
const NOT_NATIVE = /Loading cache file /;

/** The first cache that was not taken, with what helps; undefined when all were. */
export function findRejection(log: string, situation: LoadingSituation): Rejection | undefined {
  const lines = log.split('\n');
  const index = lines.findIndex((line) => isRejection(line, situation));
  const line = lines[index];
  if (line === undefined) return undefined;
  // What belongs to the same message follows with a bar before it.
  const end = lines.findIndex((next, at) => at > index && !/^\s*│/.test(next));
  const message = lines.slice(index, end === -1 ? undefined : end).join('\n');
  const reason = REJECTION_REASONS.find(({ pattern }) => pattern.test(message));
  return {
    line: line.trim(),
    package: packageIn(line),
    cause: reason?.cause ?? 'for a reason that is not known here',
    remedy: reason?.remedy ?? 'look for it in the log',
  };
}

function isRejection(line: string, { compiled, hasNativeCaches }: LoadingSituation): boolean {
  if (!REJECTING.test(line) && !(hasNativeCaches && NOT_NATIVE.test(line))) return false;
  const cache = CACHE_FILE.exec(line)?.[0];
  return cache === undefined || cache.startsWith(`${compiled}/`);
}

const CACHE_FILE = /\/\S+\.ji\b/;

/** Caches stand in a folder of their package's name; else Julia names the package with its uuid. */
function packageIn(line: string): string | undefined {
  return CACHE_FILE.exec(line)?.[0].split('/').at(-2) ?? /(\w+) \[[0-9a-f-]{36}\]/.exec(line)?.[1];
}

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
