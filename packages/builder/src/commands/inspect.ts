import {
  type Bundle,
  type BundleLayer,
  DepotError,
  type ImageProof,
  type LayerId,
  type Listing,
  type Proof,
  proveImages,
  refuseViolations,
  type Violation,
} from '@depotcast/hydrator/format';
import { resolve } from 'node:path';
import type { Argv } from 'yargs';
import { type VerifiedLayer, verifyLayer } from '../bundle/verify-layer.js';
import { withReadableLayers } from '../bundle/readable-layers.js';
import { readBundle } from '../bundle/write-bundle.js';
import { recordedByLayer } from '../image/recorded-by-layer.js';
import { type ContentBytes, measureContent } from '../bundle/measure-content.js';
import { type Context, show } from './context.js';
import { withJson } from './options.js';
import { renderBytes, renderTable } from './render.js';
import { renderContent, SHOWN_ROWS } from './render-content.js';

/** A bundle whose every byte has been read and found to be what its listings say. */
export interface BundleReport extends Omit<Bundle, 'format' | 'layers'> {
  readonly layers: readonly LayerReport[];
  /** What takes up the bytes, largest first. */
  readonly content: readonly ContentBytes[];
  /** What is proven of the package caches without starting Julia. */
  readonly proof: Proof;
}

export interface LayerReport extends BundleLayer {
  /** Packages that stand in the layer, as sources or as caches. */
  readonly packages: readonly string[];
  /** CPU features that the layer's code itself demands, as it records them; null for layers without machine code. */
  readonly demands: readonly string[] | null;
}

/** @throws DepotError `not-found`, `bad-format` or `bad-digest`, naming the file and the entry */
export async function inspectBundle(directory: string): Promise<BundleReport> {
  const bundle = await readBundle(directory);
  if (bundle === undefined) {
    throw new DepotError('not-found', `${directory}: no bundle here`, {
      hint: 'name a folder that `depot-build run --out` has written',
    });
  }
  const { name, version, prefix, pathBound, environments, images } = bundle;
  const layers: LayerReport[] = [];
  const verified = new Map<LayerId, VerifiedLayer>();
  for (const layer of bundle.layers) {
    const read = await verifyLayer(directory, layer);
    verified.set(layer.id, read);
    const demands = await recordedByLayer(layer, images, read.tar, read.offsets);
    layers.push({ ...layer, packages: packagesIn(read.listing), demands });
  }
  const proof = await withReadableLayers(verified, (readable) => proveImages(bundle, readable));
  const listings = new Map([...verified].map(([id, { listing }]) => [id, listing]));
  const content = measureContent(bundle, listings);
  return { name, version, prefix, pathBound, environments, images, layers, content, proof };
}

/** Sources stand in `dev/<name>` and `packages/<name>/<slug>`, caches in `compiled/v1.x/<name>`. */
function packagesIn(listing: Listing): string[] {
  const names = listing.flatMap(({ path }) => {
    const match = /^(?:dev|packages|compiled\/v[^/]+)\/([^/]+)$/.exec(path);
    return match?.[1] ?? [];
  });
  return [...new Set(names)];
}

export function registerInspect(cli: Argv, context: Context): Argv {
  return cli.command(
    'inspect <bundle>',
    'read a bundle back: check every byte, say what is inside',
    (command) =>
      withJson(command)
        .positional('bundle', { type: 'string', demandOption: true, describe: 'folder of the bundle' })
        .example('$0 inspect bundle', 'for people')
        .example('$0 inspect bundle --json', 'for programs'),
    async ({ bundle, json }) => {
      const directory = resolve(context.cwd, bundle);
      const report = await inspectBundle(directory);
      show(context, json, report, renderInspection);
      refuseViolations(report.proof.violations, directory);
    },
  );
}

function renderInspection(report: BundleReport): string {
  const { name, version, prefix, pathBound, images, layers, content, proof } = report;
  const imageRows = images.map((image) => [
    `  ${image.environment}`,
    image.target,
    image.start,
    `Julia ${image.julia.version}`,
    `-C ${image.cpuTarget}`,
  ]);
  const layerRows = layers.map((layer) => [
    `  ${layer.id}`,
    `${layer.files} files`,
    renderBytes(layer.bytes),
    [
      ...layer.packages.slice(0, SHOWN_ROWS),
      ...(layer.packages.length > SHOWN_ROWS ? [`and ${layer.packages.length - SHOWN_ROWS} more`] : []),
      ...(layer.demands === null ? [] : [`demands ${layer.demands.join(' ')}`]),
    ].join(' '),
  ]);
  return [
    `${name} ${version}: runs at ${pathBound ? `${prefix} only` : 'any place'}; every byte is as listed\n`,
    `\nimages\n${renderTable(imageRows)}`,
    `\nlayers\n${renderTable(layerRows)}`,
    renderContent(content),
    ...proof.images.map((image) => renderCaches(image, proof.violations)),
  ].join('');
}

/** Caches that a node would not take come first, then large ones. */
function renderCaches(
  { environment, target, start, compiled, caches }: ImageProof,
  violations: readonly Violation[],
): string {
  if (caches.length === 0) return '';
  const judged = caches
    .map((cache) => ({
      ...cache,
      broken: violations.filter(({ layer, package: name }) => layer === compiled && name === cache.package),
    }))
    .sort((a, b) => b.broken.length - a.broken.length || b.bytes - a.bytes);
  const isShown = ({ broken }: (typeof judged)[number], index: number) =>
    broken.length > 0 || index < SHOWN_ROWS;
  const shown = judged.filter(isShown);
  const rows = shown.map(({ package: name, buildId, bytes, broken }) => [
    `  ${name}`,
    buildId,
    renderBytes(bytes),
    broken.length === 0 ? 'ok' : [...new Set(broken.map(({ rule }) => rule))].join(' '),
  ]);
  const rest = caches.length - shown.length;
  const more = rest === 0 ? '' : `  ${rest} more, all ok; --json lists them\n`;
  return `\n${caches.length} caches of ${environment} for ${target}, ${start}\n${renderTable(rows)}${more}`;
}
