import type { TrustedRepository } from '@depotcast/hydrator';
import { distinctLayers } from '../../export/write-namespace.js';
import { noting, type Problem } from '../../maintenance/problem.js';
import type { PlacedEntry } from '../read/check-catalog.js';
import { checkTree, type Properties } from '../read/check-tree.js';
import { LayerComparison, objectsOf } from './layer-comparison.js';
import { verifyHistory } from './verify-history.js';
import { type ClientView, verifyPointers } from './verify-pointers.js';
import { verifyRoot } from './verify-root.js';

export interface NamespaceRequest extends Omit<ClientView, 'source'> {
  readonly trusted: TrustedRepository;
  /** Whether the repository has a file at a path. */
  readonly exists: (path: string) => Promise<boolean>;
}

export interface NamespaceReport {
  /** Undefined where the manifest cannot be read. */
  readonly revision: number | undefined;
  readonly catalogs: number;
  /** Paths that clients see, and the hidden marks of nested catalogs. */
  readonly entries: number;
}

/**
 * Reads the CernVM-FS side of a repository by the rules of the format, as a client and its tools would, and compares it
 * with the trust metadata in force. Nothing here shares code with what writes it.
 */
export async function verifyNamespace(
  { trusted, exists, ...view }: NamespaceRequest,
  problems: Problem[],
): Promise<NamespaceReport> {
  const { source } = trusted;
  const manifest = await verifyPointers({ ...view, source }, problems);
  const report = { revision: manifest?.revision, catalogs: 0, entries: 0 };
  if (manifest === undefined) return report;
  const onProblem = (message: string) => problems.push({ code: 'bad-format', message });
  const releases = await Promise.all(trusted.releases().map((id) => trusted.release(id)));
  const comparison = new LayerComparison(trusted, distinctLayers(releases), (problem) => {
    onProblem(`${source.location}: ${problem}`);
  });
  const onCatalog = async (path: string, entries: readonly PlacedEntry[], properties: Properties) => {
    report.catalogs += 1;
    report.entries += entries.length;
    if (path === '') {
      const revision = properties.get('revision');
      if (revision !== String(manifest.revision)) {
        onProblem(
          `${source.location}: root catalog of revision ${revision ?? 'none'}, manifest of ${manifest.revision}`,
        );
      }
      await verifyRoot(trusted, entries, problems);
    }
    await noting(problems, () => comparison.compare(path, entries));
    for (const object of new Set(entries.flatMap(objectsOf))) {
      if (!(await exists(object))) {
        problems.push({ code: 'not-found', message: `${source.location}/${object}: no such object` });
      }
    }
  };
  const root = { path: '', hash: manifest.catalog, size: manifest.catalogSize };
  await noting(problems, () => checkTree(source, root, { onCatalog, onProblem }));
  comparison.end();
  await verifyHistory(trusted, manifest, problems);
  return report;
}
