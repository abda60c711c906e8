import { materialiseLayer } from '@depotcast/hydrator';
import { type ReleaseId, type ReleaseLayer, tree } from '@depotcast/hydrator/format';
import type { OpenRepository } from '../repository/open-repository.js';
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
  readonly events: ExportEvents;
}

export interface ExportReport {
  readonly into: string;
  readonly releases: readonly ReleaseId[];
  readonly channels: readonly string[];
  /** Layers that were not there yet. */
  readonly written: number;
  readonly layers: number;
}

/**
 * Writes releases as the plain files that nodes see below the prefix, every byte verified. Layers that are there already
 * are left alone, and channels are switched last: a reader sees the old release or the new one, whole.
 * @throws DepotError as reading a trusted repository does, or `storage`
 */
export async function exportTree(opened: OpenRepository, request: ExportRequest): Promise<ExportReport> {
  const { into, selection, events } = request;
  const writer = new TreeWriter(into);
  const layers = distinctLayers(selection.releases);
  try {
    const written = await exportLayers(opened, layers, writer, events);
    await writeNamespace(opened, selection, request.hydrator, writer);
    return {
      into,
      releases: selection.releases.map(({ id }) => id),
      channels: selection.channels.map(({ name }) => name),
      ...{ written, layers: layers.length },
    };
  } finally {
    await writer.seal();
  }
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
