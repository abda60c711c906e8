import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { materialiseLayer, withLockFile } from '@depotcast/hydrator';
import { type ReleaseId, type ReleaseLayer, tree } from '@depotcast/hydrator/format';
import type { OpenRepository } from '../repository/open-repository.js';
import { type Pruned, pruneTree, type Pruning } from './prune-tree.js';
import type { Selection } from './select-releases.js';
import { TreeWriter } from './tree-writer.js';
import { distinctLayers, writeNamespace } from './write-namespace.js';

export interface ExportEvents {
  /** Told the bytes that will be reported as files, all in all. */
  readonly onTotal: (bytes: number) => void;
  readonly onLayer: (layer: ReleaseLayer) => void;
  readonly onFile: (bytes: number) => void;
}

export interface ExportRequest {
  readonly into: string;
  readonly selection: Selection;
  /** The bundled `depot-hydrate`. */
  readonly hydrator: Buffer;
  /** Takes away what has long been retired; everything stays unless given. */
  readonly pruning?: Pruning | undefined;
  readonly events: ExportEvents;
}

export interface ExportReport {
  readonly into: string;
  readonly releases: readonly ReleaseId[];
  readonly channels: readonly string[];
  /** Layers that were not there yet. */
  readonly written: number;
  readonly layers: number;
  readonly pruned: Pruned;
}

/** In the tree itself, while something is written there. */
const LOCK = '.export-lock';
const NOTHING: Pruned = { releases: [], layers: [] };

/**
 * Writes releases as the plain files that nodes see below the prefix, every byte verified. Layers that are there already
 * are left alone, and channels are switched last: a reader sees the old release or the new one, whole.
 * @throws DepotError as reading a trusted repository does, `storage`, or `locked` while another export writes there
 */
export async function exportTree(opened: OpenRepository, request: ExportRequest): Promise<ExportReport> {
  const { into } = request;
  await mkdir(into, { recursive: true });
  return withLockFile(join(into, LOCK), async () => {
    const writer = new TreeWriter(into);
    try {
      return await writeTree(opened, request, writer);
    } finally {
      await writer.seal();
    }
  });
}

async function writeTree(
  opened: OpenRepository,
  { into, selection, hydrator, pruning, events }: ExportRequest,
  writer: TreeWriter,
): Promise<ExportReport> {
  const layers = distinctLayers(selection.releases);
  const written = await exportLayers(opened, layers, writer, events);
  await writeNamespace(opened, selection, hydrator, writer);
  const pruned = pruning === undefined ? NOTHING : await pruneTree(opened, writer, pruning);
  return {
    into,
    releases: selection.releases.map(({ id }) => id),
    channels: selection.channels.map(({ name }) => name),
    ...{ written, layers: layers.length, pruned },
  };
}

async function exportLayers(
  { trusted }: OpenRepository,
  layers: readonly ReleaseLayer[],
  writer: TreeWriter,
  events: ExportEvents,
): Promise<number> {
  await writer.directory(tree.layers);
  events.onTotal(layers.reduce((sum, { bytes }) => sum + bytes, 0));
  let written = 0;
  for (const layer of layers) {
    events.onLayer(layer);
    const options = { onBytes: events.onFile };
    const readListing = () => trusted.listing(layer);
    if (await materialiseLayer(trusted.source, layer, readListing, writer.root, options)) written += 1;
  }
  return written;
}
