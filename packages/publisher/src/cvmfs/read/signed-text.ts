import { DepotError } from '@depotcast/hydrator/format';
import { type AnyHash, hashLike, parseHash } from './any-hash.js';

/** Lines whose hash has been checked; their signature has not. */
export interface SignedText {
  readonly lines: readonly string[];
  readonly hash: AnyHash;
  readonly signature: Buffer;
}

const SEPARATOR = '\n--\n';

/** @throws DepotError `bad-format`, or `bad-digest` when the hash is not that of the lines */
export function parseSignedText(bytes: Buffer, where: string): SignedText {
  const end = bytes.indexOf(SEPARATOR);
  const hashStart = end + SEPARATOR.length;
  const hashEnd = bytes.indexOf('\n', hashStart);
  if (end === -1 || hashEnd === -1) throw new DepotError('bad-format', `${where}: truncated: no signature`);
  const body = bytes.subarray(0, end + 1);
  const hash = parseHash(bytes.toString('latin1', hashStart, hashEnd), where);
  const actual = hashLike(hash, body);
  if (actual !== hash) throw new DepotError('bad-digest', `${where}: expected hash ${hash}, got ${actual}`);
  const lines = body.toString('utf8').split('\n').slice(0, -1);
  return { lines, hash, signature: bytes.subarray(hashEnd + 1) };
}
