import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pack } from 'tar-stream';
import {
  type Bundle,
  BUNDLE_FILE,
  type BundleLayer,
  bundleListingPath,
  bundleTarPath,
  comparePaths,
  type Digest,
  type Image,
  isPathBound,
  layerIdOf,
  type LayerKind,
  type Listing,
  type ListingEntry,
  type Package,
  parseRelativePath,
  renderJson,
  renderListing,
  TARGETS,
  treeDigestOf,
} from '@depotcast/hydrator/format';

/** What stands at a path: the content of a file, that of an executable one, or where a symbolic link leads. */
export type FakeEntry = Buffer | string | { readonly executable: string } | { readonly link: string };

/** Content of a layer by path; directories come by themselves. */
export type FakeTree = Readonly<Record<string, FakeEntry>>;

export interface FakeBundle {
  readonly prefix: string;
  /** Files of the sources layer; empty projects are added. */
  readonly sources?: FakeTree;
  /** Packages of each environment; one environment without any unless told. */
  readonly environments?: Readonly<Record<string, readonly Package[]>>;
  /** Content of each target's system image. */
  readonly images: Readonly<Record<string, Buffer | string>>;
  /** 1.5.3 unless told. */
  readonly juliaVersion?: string;
  /** SHA-256 of Julia's own system image. */
  readonly juliaIdentity?: Digest;
}

/** Writes a bundle as a build host would, with made-up files in place of what Julia compiles. */
export async function writeFakeBundle(directory: string, fake: FakeBundle): Promise<Bundle> {
  const environments = Object.entries(fake.environments ?? { default: [] });
  const { juliaVersion = '1.5.3' } = fake;
  const projects = environments.flatMap(([name]) =>
    ['Project', 'Manifest'].map((file) => [`environments/${name}/${file}.toml`, ''] as const),
  );
  const sources = await writeLayer(directory, 'sources', {
    ...Object.fromEntries(projects),
    ...fake.sources,
  });
  const layers: BundleLayer[] = [sources];
  const images: Image[] = [];
  for (const [name, content] of Object.entries(fake.images)) {
    const target = TARGETS.find((known) => known.name === name);
    if (target === undefined) throw new Error(`no target ${name}`);
    const sysimage = await writeLayer(directory, 'sysimage', { 'sys.so': content });
    const compiled = await writeLayer(directory, 'compiled', { 'compiled/v1.5/for': name });
    layers.push(sysimage, compiled);
    const image = {
      target: name,
      start: 'sysimage' as const,
      arch: target.arch,
      requires: [...target.requires],
      cpuTarget: 'generic',
      flags: [],
      julia: { version: juliaVersion, identity: fake.juliaIdentity ?? '0'.repeat(64) },
      compiled: compiled.id,
      artifacts: [],
      sysimage: sysimage.id,
    };
    images.push(...environments.map(([environment]) => ({ environment, ...image })));
  }
  const bundle: Bundle = {
    format: 'depotcast-bundle/1',
    name: 'fake',
    version: '1.0.0',
    prefix: fake.prefix,
    pathBound: isPathBound(juliaVersion),
    environments: environments.map(([name, packages]) => ({
      ...{ name, sources: sources.id, shared: [], project: `environments/${name}` },
      packages: [...packages],
    })),
    images,
    layers,
  };
  await writeFile(join(directory, BUNDLE_FILE), renderJson(bundle));
  return bundle;
}

async function writeLayer(directory: string, kind: LayerKind, tree: FakeTree): Promise<BundleLayer> {
  const listing = listingOf(tree);
  const digest = treeDigestOf(listing);
  const id = layerIdOf(kind, { content: digest });
  const path = join(directory, bundleTarPath({ id }));
  await mkdir(dirname(path), { recursive: true });
  const tar = pack();
  const written = once(tar.pipe(createWriteStream(path)), 'finish');
  for (const entry of listing) {
    const common = { mtime: new Date(1000), uid: 0, gid: 0, name: entry.path };
    if (entry.type === 'directory') tar.entry({ ...common, type: 'directory', mode: 0o555 });
    else if (entry.type === 'symlink') tar.entry({ ...common, type: 'symlink', linkname: entry.target });
    else {
      const mode = entry.executable ? 0o555 : 0o444;
      tar.entry({ ...common, type: 'file', mode }, contentOf(tree[entry.path] ?? ''));
    }
  }
  tar.finalize();
  await written;
  await writeFile(join(directory, bundleListingPath({ id })), renderListing(listing));
  const sizes = listing.flatMap((entry) => (entry.type === 'file' ? [entry.size] : []));
  return { id, kind, tree: digest, files: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

function listingOf(tree: FakeTree): Listing {
  const directories = new Set(Object.keys(tree).flatMap(parents));
  const entries: ListingEntry[] = [
    ...[...directories].map((path) => ({
      type: 'directory' as const,
      path: parseRelativePath(path, 'fake'),
    })),
    ...Object.entries(tree).map(([path, entry]) => leafOf(path, entry)),
  ];
  return entries.sort((a, b) => comparePaths(a.path, b.path));
}

function leafOf(name: string, entry: FakeEntry): ListingEntry {
  const path = parseRelativePath(name, 'fake');
  if (isRecord(entry) && 'link' in entry) return { type: 'symlink', path, target: entry.link };
  const content = contentOf(entry);
  return {
    type: 'file',
    path,
    executable: isRecord(entry),
    size: content.length,
    sha256: createHash('sha256').update(content).digest('hex') as Digest,
  };
}

function contentOf(entry: FakeEntry): Buffer {
  if (!isRecord(entry)) return Buffer.from(entry);
  return Buffer.from('executable' in entry ? entry.executable : '');
}

function isRecord(entry: FakeEntry): entry is Exclude<FakeEntry, Buffer | string> {
  return typeof entry !== 'string' && !Buffer.isBuffer(entry);
}

function parents(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}
