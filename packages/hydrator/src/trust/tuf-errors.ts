import { BadVersionError, ExpiredMetadataError } from 'tuf-js/dist/error.js';
import { DepotError } from '../format/index.js';

/** Runs one step of tuf-js' state machine and says in our words which file it refused and why. */
export function verifying<T>(where: string, step: () => T): T {
  try {
    return step();
  } catch (cause) {
    throw translate(cause, where);
  }
}

function translate(cause: unknown, where: string): DepotError {
  const why = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof ExpiredMetadataError) {
    return new DepotError('expired', `${where}: ${why}`, {
      cause,
      hint: "whoever publishes must run 'depot-publish refresh', or this is an old copy of the repository",
    });
  }
  if (cause instanceof BadVersionError) return new DepotError('rollback', `${where}: ${why}`, { cause });
  if (cause instanceof SyntaxError)
    return new DepotError('bad-format', `${where}: not JSON: ${why}`, { cause });
  return new DepotError('bad-signature', `${where}: ${why}`, { cause });
}
