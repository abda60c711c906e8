import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { createObjectHasher, type Source } from '@depotcast/hydrator';
import {
  DepotError,
  isDigest,
  type MetadataRole,
  parseStoredListing,
  renderJson,
  repository,
} from '@depotcast/hydrator/format';
import { TEMPORARY } from '../files/durable-writer.js';
import type { RepositoryConfig } from '../repository/config.js';
import { roleOfFile } from './verify-metadata.js';

/** How a file of a repository shows by itself whether it is sound. */
export type FileKind =
  | { readonly kind: 'object'; readonly hash: string }
  /** An object of the CernVM-FS side alone: catalog, tag history, meta info or certificate. */
  | { readonly kind: 'catalog'; readonly hash: string }
  /** Its name begins with the SHA-256 of its bytes. */
  | { readonly kind: 'target'; readonly sha256: string }
  | { readonly kind: 'listing'; readonly tree: string }
  | { readonly kind: 'metadata'; readonly role: MetadataRole }
  | { readonly kind: 'config' }
  | { readonly kind: 'lock' }
  /** Collected, and not deleted yet. */
  | { readonly kind: 'quarantined' }
  /** Left by a writer that died. */
  | { readonly kind: 'temporary' }
  | { readonly kind: 'unknown' };

const OBJECT = /^data\/([0-9a-f]{2})\/([0-9a-f]{38})-shake128([CHMPX]?)$/;
const TARGET = /^\.depot\/(?:releases|channels)\/([0-9a-f]{64})\.[^/]+\.json$/;
const LISTING = /^\.depot\/listings\/([0-9a-f]{64})$/;

/** What a file is, from its path below the repository. */
export function classifyFile(path: string): FileKind {
  const object = OBJECT.exec(path);
  if (object !== null) {
    const [, start = '', rest = '', suffix = ''] = object;
    return { kind: /^P?$/.test(suffix) ? 'object' : 'catalog', hash: `${start}${rest}` };
  }
  const sha256 = TARGET.exec(path)?.[1];
  if (sha256 !== undefined) return { kind: 'target', sha256 };
  const tree = LISTING.exec(path)?.[1];
  if (tree !== undefined) return { kind: 'listing', tree };
  const role = roleOfFile(path);
  if (role !== undefined) return { kind: 'metadata', role };
  if (path === repository.config) return { kind: 'config' };
  if (path.startsWith(repository.lock)) return { kind: 'lock' };
  if (path.startsWith(`${repository.quarantine}/`)) return { kind: 'quarantined' };
  return { kind: basename(path).startsWith(TEMPORARY) ? 'temporary' : 'unknown' };
}

/** @throws DepotError `bad-digest` when an object's bytes do not have the hash of its name */
export async function verifyObject(source: Source, path: string, hash: string): Promise<void> {
  const hasher = createObjectHasher();
  for await (const chunk of await source.stream(path)) hasher.update(chunk as Buffer);
  requireEqual('SHAKE-128', hash, hasher.digest(), `${source.location}/${path}`);
}

/** @throws DepotError `bad-digest` when a target file's bytes do not have the hash of its name */
export async function verifyTarget(source: Source, path: string, sha256: string): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of await source.stream(path)) hash.update(chunk as Buffer);
  requireEqual('SHA-256', sha256, hash.digest('hex'), `${source.location}/${path}`);
}

/** For a listing that no release names: it can only be checked against the tree that it is named after. */
export async function verifyListing(source: Source, path: string, tree: string): Promise<void> {
  const bytes = await source.read(path, Number.MAX_SAFE_INTEGER);
  if (isDigest(tree)) parseStoredListing(bytes.toString('utf8'), tree, `${source.location}/${path}`);
}

/** @throws DepotError `bad-digest` when the copy differs from the config that is signed */
export async function verifyConfig(source: Source, path: string, config: RepositoryConfig): Promise<void> {
  const bytes = await source.read(path, Number.MAX_SAFE_INTEGER);
  if (bytes.toString('utf8') === renderJson(config)) return;
  throw new DepotError('bad-digest', `${source.location}/${path}: differs from the signed one`, {
    hint: "'depot-publish refresh' writes it anew",
  });
}

function requireEqual(algorithm: string, expected: string, actual: string, where: string): void {
  if (actual === expected) return;
  throw new DepotError('bad-digest', `${where}: expected ${algorithm} ${expected}, got ${actual}`);
}
