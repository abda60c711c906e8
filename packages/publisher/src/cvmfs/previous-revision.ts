import type { Source } from '@depotcast/hydrator';
import { DepotError } from '@depotcast/hydrator/format';
import { readCatalog } from './read/catalog.js';
import { checkCatalog } from './read/check-catalog.js';
import { readHistory, type ReadTag } from './read/history.js';
import { checkManifest, MANIFEST_FILE, readManifest, type ReadManifest } from './read/manifest.js';
import { readObject } from './read/object.js';
import type { NestedCatalog } from './write/catalog.js';

/** The revision in force: what the next one is built upon. */
export interface PreviousRevision {
  readonly manifest: ReadManifest;
  /** Catalogs right below the root catalog, by place. */
  readonly mounted: ReadonlyMap<string, MountedBefore>;
  /** The root catalog's counters. */
  readonly statistics: ReadonlyMap<string, number>;
  readonly tags: readonly ReadTag[];
}

/** A nested catalog; its hash is a text, for CernVM-FS' own tools may have used another algorithm. */
export interface MountedBefore extends Pick<NestedCatalog, 'size' | 'subdirectories'> {
  readonly hash: ReadManifest['catalog'];
}

/**
 * Reads the revision in force; undefined where there is none yet.
 * @param certificate that must have signed it
 * @throws DepotError `bad-signature`, `bad-digest` and the like for one that is not what the certificate's key signed
 */
export async function readPrevious(
  source: Source,
  name: string,
  certificate: string,
): Promise<PreviousRevision | undefined> {
  const manifest = await readManifest(source).catch(unlessMissing);
  if (manifest === undefined) return undefined;
  checkManifest(manifest, name, certificate, `${source.location}/${MANIFEST_FILE}`);
  const where = `${source.location}: root catalog`;
  const catalog = await readCatalog(await readObject(source, manifest.catalog, 'C'), where);
  const links = new Map(checkCatalog(catalog, '').entries.map(({ path, links }) => [path, links]));
  return {
    manifest,
    mounted: new Map(
      catalog.nested.map(({ path, hash, size }) => {
        return [path, { hash, size, subdirectories: (links.get(path) ?? 2) - 2 }];
      }),
    ),
    statistics: catalog.statistics,
    tags: await readTags(source, manifest),
  };
}

async function readTags(source: Source, { history }: ReadManifest): Promise<ReadTag[]> {
  if (history === undefined) return [];
  return readHistory(await readObject(source, history, 'H'), `${source.location}: tag database`);
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof DepotError && error.code === 'not-found') return;
  throw error;
}
