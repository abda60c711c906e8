import type { Bundle } from '../bundle.js';
import { DepotError } from '../error.js';
import type { Environment, Image } from '../image.js';
import type { LayerId } from '../layer.js';
import { checkAgreement } from './check-agreement.js';
import { checkClosure } from './check-closure.js';
import { checkFiles } from './check-files.js';
import { checkOptions, checkSamePreferences } from './check-options.js';
import { checkRuntime } from './check-runtime.js';
import { checkSources } from './check-sources.js';
import { checkTargets } from './check-targets.js';
import { type Crc32c, createCrc32c } from './crc32c.js';
import { hex, type ImageFacts, type PlacedCache } from './image-facts.js';
import { readImageTargets } from './image-targets.js';
import { type CompiledLayer, type ReadableLayer, readCompiled } from './read-compiled.js';
import { addChecksums, type OpenPlace } from './read-places.js';
import { readSysimage } from './read-sysimage.js';
import { distinct, type Violation } from './violation.js';

/** What is proven of an image without starting Julia. */
export interface ImageProof extends Pick<Image, 'environment' | 'target' | 'start' | 'compiled'> {
  readonly caches: readonly ProvenCache[];
}

export interface ProvenCache {
  readonly package: string;
  readonly uuid: string;
  /** In hex. */
  readonly buildId: string;
  /** With those of its library. */
  readonly bytes: number;
}

export interface Proof {
  readonly images: readonly ImageProof[];
  readonly violations: readonly Violation[];
}

/** As much of a bundle as a proof needs; several can be joined. */
type Built = Readonly<Pick<Bundle, 'prefix'>> & {
  readonly environments: readonly Environment[];
  readonly images: readonly Image[];
};
type Layers = ReadonlyMap<LayerId, ReadableLayer>;

/**
 * Reads every package cache of a bundle and what it must agree with, and checks that a node would take it. One file is
 * read at a time, in pieces of a bounded size.
 * @param layers all that the images name
 */
export async function proveImages(built: Built, layers: Layers): Promise<Proof> {
  const crc = await createCrc32c();
  const compiled = new Map<LayerId, CompiledLayer>();
  const facts: ImageFacts[] = [];
  for (const image of built.images) {
    const layer =
      compiled.get(image.compiled) ??
      (await readCompiled(image.compiled, layerOf(layers, image.compiled), crc));
    compiled.set(image.compiled, layer);
    facts.push(await readFacts(image, layer, built, layers, crc));
  }
  const violations = [
    ...[...compiled.values()].flatMap(({ damaged }) => damaged),
    ...facts.flatMap((image) => CHECKS.flatMap((check) => check(image))),
    ...checkAgreement(facts),
    ...checkSamePreferences(facts),
  ];
  return { images: facts.map(describe), violations: distinct(violations) };
}

const CHECKS = [checkFiles, checkOptions, checkTargets, checkClosure, checkRuntime, checkSources];

async function readFacts(
  image: Image,
  { caches, libraries }: CompiledLayer,
  built: Built,
  layers: Layers,
  crc: Crc32c,
): Promise<ImageFacts> {
  const { prefix } = built;
  const places = placesOf(image, built, layers);
  await addChecksums(places, prefix, image, caches, crc);
  const own = await readOwnSysimage(image, caches, layers, crc);
  const runtime = await readRuntime(image, caches, layers, crc);
  return { image, prefix, packages: packagesOf(image, built), caches, libraries, places, ...own, runtime };
}

function packagesOf(image: Image, { environments }: Built): ReadonlySet<string> {
  const packages = environments
    .filter(({ name }) => name === image.environment)
    .flatMap((environment) => environment.packages);
  return new Set(packages.filter(({ tree }) => tree !== null).map(({ uuid }) => uuid));
}

function placesOf(image: Image, { environments }: Built, layers: Layers): OpenPlace[] {
  const sources = environments
    .filter(({ name }) => name === image.environment)
    .flatMap((environment) => [environment.sources, ...environment.shared]);
  // Up to Julia 1.10 caches of the standard library name its sources by their path, in a layer if Julia stands in one.
  const julia = image.runtime === undefined ? [] : [image.runtime];
  return [...sources, ...image.artifacts, ...julia].map((layer) => {
    const content = layerOf(layers, layer);
    const entries = new Map(content.listing.map((entry) => [entry.path as string, entry]));
    return { layer, entries, content, checksums: new Map<string, number>() };
  });
}

async function readOwnSysimage(
  { sysimage: id, julia }: Image,
  caches: readonly PlacedCache[],
  layers: Layers,
  crc: Crc32c,
): Promise<Pick<ImageFacts, 'sysimage' | 'sysimageTargets'>> {
  if (id === null) return { sysimage: null, sysimageTargets: undefined };
  const layer = layerOf(layers, id);
  const file = layer.listing.find(({ path }) => path === SYSIMAGE_FILE);
  if (file === undefined) throw new DepotError('bad-format', `${id}: has no ${SYSIMAGE_FILE}`);
  const source = layer.open(file.path);
  const sysimageTargets = await readImageTargets(source);
  // Where there is no cache, nothing more is asked of it.
  if (caches.length === 0) return { sysimage: null, sysimageTargets };
  const where = `${id}/${SYSIMAGE_FILE}`;
  const sysimage = await readSysimage(source, where, julia.version, requiredBy(caches), crc);
  return { sysimage, sysimageTargets };
}

function requiredBy(caches: readonly PlacedCache[]): Set<bigint> {
  return new Set(caches.flatMap(({ header }) => header.required.map(({ buildId }) => buildId)));
}

async function readRuntime(
  { runtime: id, julia }: Image,
  caches: readonly PlacedCache[],
  layers: Layers,
  crc: Crc32c,
): Promise<ImageFacts['runtime']> {
  if (id === undefined) return undefined;
  const layer = layerOf(layers, id);
  const file = layer.listing.find((entry) => entry.type === 'file' && entry.sha256 === julia.identity);
  if (file === undefined) return { layer: id, sysimage: undefined };
  const source = layer.open(file.path);
  const where = `${id}/${file.path}`;
  return { layer: id, sysimage: await readSysimage(source, where, julia.version, requiredBy(caches), crc) };
}

const SYSIMAGE_FILE = 'sys.so';

function layerOf(layers: Layers, id: LayerId): ReadableLayer {
  const layer = layers.get(id);
  if (layer === undefined) throw new Error(`layer ${id} is not at hand`);
  return layer;
}

function describe({ image, caches }: ImageFacts): ImageProof {
  const { environment, target, start, compiled } = image;
  const proven = caches.map(({ package: { name, uuid, buildId }, bytes }) => {
    return { package: name, uuid, buildId: hex(buildId), bytes };
  });
  return { environment, target, start, compiled, caches: proven };
}
