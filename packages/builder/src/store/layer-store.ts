import {
  type BundleLayer,
  digestSchema,
  type LayerId,
  layerKindOf,
  type Listing,
  parseListing,
  renderJson,
  renderListing,
  sizeSchema,
  tree,
  treeDigestOf,
} from '@depotcast/hydrator/format';
import { access, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { makeCanonical, removeTree } from './canonical.js';
import { scanTree } from './scan-tree.js';
import { readWhole } from './read-file.js';
import { writeWhole } from './write-file.js';

const markerSchema = v.strictObject({ tree: digestSchema, files: sizeSchema, bytes: sizeSchema });

/**
 * Layers of this and earlier builds, below `staging` as nodes will see them below the prefix. A layer counts as finished
 * when its marker in `finished` stands, which is written last.
 */
export class LayerStore {
  constructor(
    private readonly finished: string,
    private readonly staging: string,
  ) {}

  /** The finished layer `id`, or undefined when it has yet to be built. */
  async find(id: LayerId): Promise<BundleLayer | undefined> {
    const file = this.markerFile(id);
    const marker = await readWhole(file, markerSchema);
    if (marker === undefined || !(await exists(this.folderOf(id)))) return undefined;
    return { id, kind: layerKindOf(id), ...marker };
  }

  /** Makes a layer unfinished: whatever of it stands is replaced when it is built. */
  async forget(id: LayerId): Promise<void> {
    await rm(this.markerFile(id), { force: true });
  }

  /** An empty folder for layer `id`; what an interrupted build left there is gone. */
  async begin(id: LayerId): Promise<string> {
    const folder = this.folderOf(id);
    await this.forget(id);
    await removeTree(folder);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  /** Freezes the folder of layer `id`: modes and times as nodes see them, listing, marker. */
  async finish(id: LayerId): Promise<BundleLayer> {
    const folder = this.folderOf(id);
    await makeCanonical(folder);
    const listing = await scanTree(folder);
    const marker = { tree: treeDigestOf(listing), ...measure(listing) };
    await mkdir(this.finished, { recursive: true });
    await writeWhole(this.listingFile(id), renderListing(listing));
    await writeWhole(this.markerFile(id), renderJson(marker));
    return { id, kind: layerKindOf(id), ...marker };
  }

  async readListing(id: LayerId): Promise<Listing> {
    return parseListing(await readFile(this.listingFile(id), 'utf8'), this.listingFile(id));
  }

  folderOf(id: LayerId): string {
    return join(this.staging, tree.layer(id));
  }

  private listingFile(id: LayerId): string {
    return join(this.finished, `${id}.listing`);
  }

  private markerFile(id: LayerId): string {
    return join(this.finished, `${id}.json`);
  }
}

/** Number of files and their bytes. */
export function measure(listing: Listing): { files: number; bytes: number } {
  const files = listing.filter((entry) => entry.type === 'file');
  return { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
