import { verify, X509Certificate } from 'node:crypto';
import type { Source } from '@depotcast/hydrator';
import { DepotError } from '@depotcast/hydrator/format';
import { type AnyHash, parseHash } from './any-hash.js';
import { parseSignedText, type SignedText } from './signed-text.js';

export const MANIFEST_FILE = '.cvmfspublished';

/** Bytes; CernVM-FS' own tools read no more. */
export const MAX_MANIFEST_BYTES = 4096;

/** MD5 of the empty string. */
const ROOT_PATH = 'd41d8cd98f00b204e9800998ecf8427e';

/** What a manifest says. Optional lines are those that some publishers leave out. */
export interface ReadManifest {
  readonly name: string;
  readonly revision: number;
  /** Seconds since the epoch; 0 without a time. */
  readonly time: number;
  readonly catalog: AnyHash;
  readonly catalogSize: number | undefined;
  readonly certificate: AnyHash;
  readonly history: AnyHash | undefined;
  readonly metainfo: AnyHash | undefined;
  readonly reflog: AnyHash | undefined;
  readonly text: SignedText;
}

/** @throws DepotError `not-found`, `bad-format` or `bad-digest`; the signature is {@link checkManifest}'s to judge */
export async function readManifest(source: Source): Promise<ReadManifest> {
  const where = `${source.location}/${MANIFEST_FILE}`;
  return parseManifest(await source.read(MANIFEST_FILE, MAX_MANIFEST_BYTES), where);
}

/** @throws DepotError `bad-format` or `bad-digest` */
export function parseManifest(bytes: Buffer, where: string): ReadManifest {
  const text = parseSignedText(bytes, where);
  const fields = new Map(text.lines.map((line) => [line.slice(0, 1), line.slice(1)]));
  const hashOf = (key: string) => parseHash(fields.get(key), `${where}: line ${key}`);
  const optional = (key: string) => (fields.has(key) ? hashOf(key) : undefined);
  if (fields.get('R') !== ROOT_PATH) {
    throw new DepotError(
      'bad-format',
      `${where}: expected root path ${ROOT_PATH}, got ${fields.get('R') ?? ''}`,
    );
  }
  parseNumber(fields.get('D'), `${where}: line D`);
  return {
    name: fields.get('N') ?? '',
    revision: parseNumber(fields.get('S'), `${where}: line S`),
    time: fields.has('T') ? parseNumber(fields.get('T'), `${where}: line T`) : 0,
    catalog: hashOf('C'),
    catalogSize: fields.has('B') ? parseNumber(fields.get('B'), `${where}: line B`) : undefined,
    certificate: hashOf('X'),
    ...{ history: optional('H'), metainfo: optional('M'), reflog: optional('Y') },
    text,
  };
}

/** @throws DepotError `bad-signature` unless the certificate's key signed the manifest, for the repository of this name */
export function checkManifest(
  manifest: ReadManifest,
  name: string,
  certificate: string,
  where: string,
): void {
  const { publicKey } = new X509Certificate(certificate);
  const { hash, signature } = manifest.text;
  if (!verify('RSA-SHA1', Buffer.from(hash), publicKey, signature)) {
    throw new DepotError('bad-signature', `${where}: not signed by the key of its certificate`);
  }
  if (manifest.name === name) return;
  throw new DepotError('bad-signature', `${where}: expected repository ${name}, got '${manifest.name}'`);
}

function parseNumber(text: string | undefined, where: string): number {
  if (text !== undefined && /^[0-9]{1,15}$/.test(text)) return Number(text);
  throw new DepotError('bad-format', `${where}: expected a number, got '${text ?? 'nothing'}'`);
}
