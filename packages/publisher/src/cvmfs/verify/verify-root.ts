import type { TrustedRepository } from '@depotcast/hydrator';
import { currentEntry, DepotError, digestOf, repository, tree } from '@depotcast/hydrator/format';
import { noting, type Problem } from '../../maintenance/problem.js';
import type { PlacedEntry } from '../read/check-catalog.js';
import { readFileContent } from '../read/file-content.js';

const TOP: ReadonlySet<string> = new Set([
  ...[tree.channels, tree.layers, tree.releases],
  ...[tree.hydrator, repository.targets].map((path) => path.split('/')[0] ?? ''),
]);

/**
 * Compares what the root catalog shows with trusted metadata: the metadata itself, every release's manifest, and where
 * each channel leads.
 */
export async function verifyRoot(
  trusted: TrustedRepository,
  entries: readonly PlacedEntry[],
  problems: Problem[],
): Promise<void> {
  const found = new Map(entries.map((entry) => [entry.path.slice(1), entry]));
  for (const [path, expected] of await expectedFiles(trusted)) {
    await noting(problems, async () => {
      const entry = found.get(path);
      const actual =
        entry?.type === 'file' ? digestOf(await readFileContent(trusted.source, entry)) : 'nothing';
      if (actual !== expected) throw differs(trusted, path, expected, actual);
    });
  }
  for (const name of strangersIn(found.keys())) {
    const message = `${trusted.source.location}: CernVM-FS shows /${name}, which is of no release`;
    problems.push({ code: 'bad-format', message });
  }
  for (const name of trusted.channels()) {
    await noting(problems, async () => {
      const path = tree.channel(name);
      const expected = `../${tree.release(currentEntry(await trusted.channel(name)).release)}`;
      const target = found.get(path)?.target ?? 'nothing';
      if (target !== expected) throw differs(trusted, path, expected, target);
    });
  }
}

/** What stands beside the tree that we publish; CernVM-FS' own tools can add to a repository whose keys they have. */
function strangersIn(paths: Iterable<string>): string[] {
  const top = [...paths].map((path) => path.split('/')[0] ?? '').filter((name) => name !== '');
  return [...new Set(top)].filter((name) => !TOP.has(name));
}

/** SHA-256 by path. */
async function expectedFiles(trusted: TrustedRepository): Promise<Map<string, string>> {
  const { bytes } = trusted.metadata;
  const files = new Map<string, string>([[repository.metadataFile('timestamp'), digestOf(bytes.timestamp)]]);
  for (const id of trusted.releases()) {
    files.set(tree.releaseManifest(id), id);
    for (const layer of (await trusted.release(id)).release.layers) {
      files.set(repository.listing(layer.tree), layer.listing.sha256);
    }
  }
  return files;
}

function differs(trusted: TrustedRepository, path: string, expected: string, actual: string): DepotError {
  return new DepotError(
    'bad-format',
    `${trusted.source.location}: CernVM-FS shows another /${path} than is in force: expected ${expected}, got ${actual}`,
    { hint: "'depot-publish refresh' publishes what is in force to CernVM-FS clients" },
  );
}
