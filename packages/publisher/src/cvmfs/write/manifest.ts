import type { ObjectHash } from '@depotcast/hydrator/format';
import { spell } from './hash-text.js';
import { sealLines, type SignHash } from './signed-text.js';

/** What `.cvmfspublished` says: which revision is in force, and what it consists of. */
export interface Manifest {
  readonly name: string;
  /** Grows with every change; clients ignore one that does not. */
  readonly revision: number;
  /** Seconds since the epoch; never less than before. */
  readonly time: number;
  readonly catalog: ObjectHash;
  /** Bytes of the root catalog, before compression. */
  readonly catalogSize: number;
  readonly certificate: ObjectHash;
  readonly history: ObjectHash;
  readonly metainfo: ObjectHash;
  /** Of the raw file `.cvmfsreflog`. */
  readonly reflog: ObjectHash;
}

/** Seconds after which clients look for a new revision. */
export const TIME_TO_LIVE = 240;

/** MD5 of the empty string: the path of the root. */
const ROOT_PATH = 'd41d8cd98f00b204e9800998ecf8427e';

export function renderManifest(manifest: Manifest, sign: SignHash): Buffer {
  const lines = [
    `C${spell(manifest.catalog)}`,
    `B${manifest.catalogSize}`,
    `R${ROOT_PATH}`,
    `D${TIME_TO_LIVE}`,
    `S${manifest.revision}`,
    'Gno',
    'Ano',
    `N${manifest.name}`,
    `X${spell(manifest.certificate)}`,
    `H${spell(manifest.history)}`,
    `T${manifest.time}`,
    `M${spell(manifest.metainfo)}`,
    `Y${spell(manifest.reflog)}`,
  ];
  return sealLines(lines, sign);
}
