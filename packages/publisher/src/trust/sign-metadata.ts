import { renderJson } from '@depotcast/hydrator/format';
import {
  Metadata,
  MetaFile,
  type Root,
  Signature,
  type Snapshot,
  type Targets,
  type Timestamp,
} from '@tufjs/models';
import { createHash } from 'node:crypto';
import { instantOf } from './instant.js';
import type { SigningKey } from './signing-key.js';

/** The bytes of a metadata file, signed by each of `keys`. */
export function signMetadata(
  signed: Root | Targets | Snapshot | Timestamp,
  keys: readonly SigningKey[],
): Buffer {
  const metadata = new Metadata(signed);
  for (const key of keys) {
    metadata.sign(
      (data) => new Signature({ keyID: key.id, sig: Buffer.from(key.sign(data)).toString('hex') }),
    );
  }
  return Buffer.from(renderJson(metadata.toJSON()));
}

/** What the role above writes down about a metadata file. */
export function metaFileOf(bytes: Uint8Array, version: number): MetaFile {
  return new MetaFile({
    version,
    length: bytes.length,
    hashes: { sha256: createHash('sha256').update(bytes).digest('hex') },
  });
}

/** The instant `days` after `now`, as TUF spells it. */
export function expiryAfter(now: Date, days: number): string {
  return instantOf(new Date(now.getTime() + days * 24 * 60 * 60 * 1000));
}
