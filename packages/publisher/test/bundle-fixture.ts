import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  type Bundle,
  BUNDLE_FILE,
  bundleListingPath,
  bundleTarPath,
  comparePaths,
  digestOf,
  type Image,
  type LayerId,
  type LayerKind,
  layerIdOf,
  type Listing,
  type Package,
  parseRelativePath,
  renderJson,
  renderListing,
  type Start,
  treeDigestOf,
} from '@depotcast/hydrator/format';
import { pack } from 'tar-stream';

/** Files by path; a text that begins with `->` is a link. Directories follow from the paths; a final `*` is executable. */
export type Tree = Readonly<Record<string, string | Buffer>>;

export interface BundleSpec {
  readonly name?: string;
  readonly prefix?: string;
  readonly targets?: readonly string[];
  readonly start?: Start;
  readonly sources?: Tree;
  /** What the environment's Manifest holds. */
  readonly packages?: readonly Package[];
  /** The compiled layer of each target. */
  readonly compiled?: (target: string) => Tree;
}

export const PREFIX = '/cvmfs/julia.example.org';

/** Writes a small but complete bundle, as a build host would. */
export async function writeBundle(directory: string, spec: BundleSpec = {}): Promise<Bundle> {
  const name = spec.name ?? 'hep-jets';
  const sources = spec.sources ?? {
    'project/Project.toml': `name = "${name}"\n`,
    'packages/A/src/A.jl': 'module A end',
  };
  const targets = spec.targets ?? ['x86-64'];
  const compiledOf = spec.compiled ?? ((target) => ({ 'compiled/v1.10/A/cache': `cache for ${target}` }));
  await mkdir(join(directory, 'layers'), { recursive: true });
  const sourcesLayer = await writeLayer(directory, 'sources', name, sources);
  const compiled = new Map(
    await Promise.all(
      targets.map(
        async (target) =>
          [target, await writeLayer(directory, 'compiled', `${name} ${target}`, compiledOf(target))] as const,
      ),
    ),
  );
  const bundle: Bundle = {
    format: 'depotcast-bundle/1',
    name,
    version: '1.0.0',
    prefix: spec.prefix ?? PREFIX,
    pathBound: true,
    environments: [
      {
        name: 'analysis',
        sources: sourcesLayer.id,
        shared: [],
        project: 'project',
        packages: [...(spec.packages ?? [])],
      },
    ],
    images: [...compiled].map(([target, layer]) => imageOf(target, layer.id, spec.start ?? 'caches')),
    layers: [sourcesLayer, ...compiled.values()],
  };
  await writeFile(join(directory, BUNDLE_FILE), renderJson(bundle));
  return bundle;
}

/** Writes a layer's listing and its tar. */
export async function writeLayer(directory: string, kind: LayerKind, label: string, files: Tree) {
  const id = layerIdOf(kind, { label });
  const listing = listingOf(files);
  await writeFile(join(directory, bundleListingPath({ id })), renderListing(listing));
  await writeTar(join(directory, bundleTarPath({ id })), tarEntries(listing, files));
  const contents = listing.filter((entry) => entry.type === 'file');
  const bytes = contents.reduce((sum, { size }) => sum + size, 0);
  return { id, kind, tree: treeDigestOf(listing), files: contents.length, bytes };
}

export function listingOf(files: Tree): Listing {
  const entries = Object.entries(files).map(([name, content]): Listing[number] => {
    const path = parseRelativePath(name.replace(/\*$/, ''), 'fixture');
    if (typeof content === 'string' && content.startsWith('->')) {
      return { type: 'symlink', path, target: content.slice(2) };
    }
    const bytes = Buffer.from(content);
    return {
      type: 'file',
      path,
      executable: name.endsWith('*'),
      size: bytes.length,
      sha256: digestOf(bytes),
    };
  });
  const parents = new Set(entries.flatMap(({ path }) => parentsOf(path)));
  const directories = [...parents].map((path) => ({
    type: 'directory' as const,
    path: parseRelativePath(path, ''),
  }));
  return [...entries, ...directories].sort((a, b) => comparePaths(a.path, b.path));
}

function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** A tar entry as a test may bend it. */
export interface TarEntry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'link' | 'character-device' | 'fifo';
  readonly mode: number;
  readonly linkname?: string;
  readonly content?: Buffer;
}

export function tarEntries(listing: Listing, files: Tree): TarEntry[] {
  return listing.map((entry): TarEntry => {
    switch (entry.type) {
      case 'directory':
        return { name: `${entry.path}/`, type: 'directory', mode: 0o755 };
      case 'symlink':
        return { name: entry.path, type: 'symlink', mode: 0o777, linkname: entry.target };
      case 'file': {
        const content = Buffer.from(files[entry.executable ? `${entry.path}*` : entry.path] ?? '');
        return { name: entry.path, type: 'file', mode: entry.executable ? 0o755 : 0o644, content };
      }
    }
  });
}

export async function writeTar(file: string, entries: readonly TarEntry[]): Promise<void> {
  const tar = pack();
  for (const { content, ...header } of entries) {
    const fixed = { ...header, mtime: new Date(1000) };
    if (content === undefined || header.type !== 'file') tar.entry(fixed);
    else tar.entry({ ...fixed, size: content.length }, content);
  }
  tar.finalize();
  await pipeline(tar as AsyncIterable<Uint8Array>, createWriteStream(file));
}

function imageOf(target: string, compiled: LayerId, start: Start): Image {
  return {
    environment: 'analysis',
    target,
    start,
    arch: 'x86_64',
    requires: [],
    cpuTarget: 'generic',
    flags: [],
    julia: { version: '1.10.8', identity: 'test' },
    compiled,
    artifacts: [],
    sysimage: null,
  };
}
