import { constants, createPublicKey, publicDecrypt, X509Certificate } from 'node:crypto';
import type { Source } from '@depotcast/hydrator';
import { DepotError } from '@depotcast/hydrator/format';
import { type AnyHash, hashLike, parseHash } from './any-hash.js';
import { parseSignedText, type SignedText } from './signed-text.js';

export const WHITELIST_FILE = '.cvmfswhitelist';

/** Bytes. */
export const MAX_WHITELIST_BYTES = 64 * 1024;

export interface ReadWhitelist {
  readonly name: string;
  readonly expires: Date;
  /** Of the certificates that may sign. */
  readonly fingerprints: readonly AnyHash[];
  readonly text: SignedText;
}

/** @throws DepotError `not-found`, `bad-format` or `bad-digest`; the signature is {@link checkWhitelist}'s to judge */
export async function readWhitelist(source: Source): Promise<ReadWhitelist> {
  const where = `${source.location}/${WHITELIST_FILE}`;
  return parseWhitelist(await source.read(WHITELIST_FILE, MAX_WHITELIST_BYTES), where);
}

/** @throws DepotError `bad-format` or `bad-digest` */
export function parseWhitelist(bytes: Buffer, where: string): ReadWhitelist {
  const text = parseSignedText(bytes, where);
  const [, expiry = '', name = '', ...rest] = text.lines;
  const [, year, month, day, hour, minute, second] =
    /^E(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(expiry) ?? [];
  const expires = new Date(
    `${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`,
  );
  if (Number.isNaN(expires.getTime()) || !name.startsWith('N')) {
    throw new DepotError(
      'bad-format',
      `${where}: expected an expiry and a name, got '${expiry}' and '${name}'`,
    );
  }
  return {
    name: name.slice(1),
    expires,
    fingerprints: rest.map((line) => parseFingerprint(line, where)),
    text,
  };
}

/**
 * Whether the master key vouches for the certificate, for the repository of this name, at this time.
 * @param masterKey public, PEM
 * @throws DepotError `bad-signature` or `expired`
 */
export function checkWhitelist(
  whitelist: ReadWhitelist,
  { name, certificate, masterKey, now }: WhitelistContext,
  where: string,
): void {
  if (!isSignedBy(masterKey, whitelist.text)) {
    throw new DepotError('bad-signature', `${where}: not signed by the master key`);
  }
  if (whitelist.name !== name) {
    throw new DepotError('bad-signature', `${where}: expected repository ${name}, got '${whitelist.name}'`);
  }
  const { raw } = new X509Certificate(certificate);
  if (!whitelist.fingerprints.some((fingerprint) => hashLike(fingerprint, raw) === fingerprint)) {
    throw new DepotError('bad-signature', `${where}: the manifest's certificate is not listed`);
  }
  if (whitelist.expires > now) return;
  throw new DepotError('expired', `${where}: expired on ${whitelist.expires.toISOString()}`, {
    hint: "'depot-publish refresh' signs it anew",
  });
}

export interface WhitelistContext {
  readonly name: string;
  /** PEM. */
  readonly certificate: string;
  readonly masterKey: string;
  readonly now: Date;
}

/** The padding holds the hash's text itself, not a digest of it. */
function isSignedBy(masterKey: string, { hash, signature }: SignedText): boolean {
  try {
    const key = { key: createPublicKey(masterKey), padding: constants.RSA_PKCS1_PADDING };
    return publicDecrypt(key, signature).toString('latin1') === hash;
  } catch {
    return false;
  }
}

/** Up to the first space, tab or #; the rest of the line is a remark. */
function parseFingerprint(line: string, where: string): AnyHash {
  const [text = ''] = line.split(/[ \t#]/);
  return parseHash(text.replaceAll(':', '').toLowerCase(), `${where}: fingerprint`);
}
