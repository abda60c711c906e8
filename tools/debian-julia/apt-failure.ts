import { DepotError, type ErrorCode } from '@depotcast/hydrator/format';

/** First match decides: a full disk or a bad signature also makes apt report that a file failed to be fetched. */
const REASONS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/No space left|enough free space|Read-only file system|Permission denied|Disk quota/i, 'storage'],
  [/NO_PUBKEY|BADSIG|EXPKEYSIG|is not signed|signatures? (were|was|is) invalid/i, 'bad-signature'],
  [/Hash Sum mismatch|unexpected size/i, 'bad-digest'],
  [/Failed to fetch|Could not resolve|Unable to connect|Connection/i, 'unreachable'],
  [/Unable to locate package|no installation candidate|404 +Not Found/i, 'not-found'],
];

/** How many of apt's complaints a message repeats. */
const LINES = 4;

/** The error for an apt command that failed, with apt's last complaints; `what` names the command. */
export function aptFailure(what: string, stderr: string): DepotError {
  const complaints = stderr.split('\n').filter((line) => /^[EW]: /.test(line));
  const code = REASONS.find(([pattern]) => pattern.test(stderr))?.[1] ?? 'unreachable';
  const last = complaints.slice(-LINES).join('; ');
  return new DepotError(code, `${what} failed: ${last === '' ? 'it gave no reason' : last}`);
}
