import type { Source } from '@depotcast/hydrator';
import { repository } from '@depotcast/hydrator/format';
import type { Metadata, Root } from '@tufjs/models';
import pLimit from 'p-limit';
import { walkFiles } from '../files/walk.js';
import type { OpenRepository } from '../repository/open-repository.js';
import { distinct, noting, type Problem } from './problem.js';
import { classifyFile, verifyConfig, verifyListing, verifyObject, verifyTarget } from './verify-files.js';
import { verifyMetadataFile, verifyRoots } from './verify-metadata.js';
import { type ReferenceEvents, verifyReferences } from './verify-references.js';

/** Files read at a time, beyond those that signed metadata leads to. */
const CONCURRENCY = 4;

export interface VerifyReport {
  readonly files: number;
  /** Sound, but no release needs them. */
  readonly unreferenced: number;
  /** Files that no part of Depotcast wrote, or that a writer left when it died; they do no harm. */
  readonly strangers: readonly string[];
  readonly problems: readonly Problem[];
}

export interface VerifyRequest {
  readonly source: Source;
  readonly trustedRoot: Buffer | undefined;
  /** Opens the repository through the hydrator's verification. */
  readonly open: () => Promise<OpenRepository>;
  readonly events: ReferenceEvents;
}

/**
 * Checks every file of a repository: first what signed metadata leads to, then each remaining file by what its own name
 * or signature promises. Problems are gathered; memory stays bounded, contents are streamed.
 */
export async function verifyRepository(directory: string, request: VerifyRequest): Promise<VerifyReport> {
  const { source, events } = request;
  const problems: Problem[] = [];
  const roots = await verifyRoots(source, request.trustedRoot, problems);
  let opened: OpenRepository | undefined;
  await noting(problems, async () => {
    opened = await request.open();
  });
  const reached =
    opened === undefined ? new Set<string>() : await verifyReferences(opened.trusted, problems, events);
  const rest = await verifyRest(directory, { source, roots, opened, reached }, problems);
  return { ...rest, problems: distinct(problems) };
}

interface Context {
  readonly source: Source;
  readonly roots: readonly Metadata<Root>[];
  readonly opened: OpenRepository | undefined;
  readonly reached: ReadonlySet<string>;
}

async function verifyRest(
  directory: string,
  context: Context,
  problems: Problem[],
): Promise<Omit<VerifyReport, 'problems'>> {
  const limit = pLimit(CONCURRENCY);
  const strangers: string[] = [];
  const checks: Promise<void>[] = [];
  let files = 0;
  let unreferenced = 0;
  for (const start of [repository.data, repository.targets]) {
    for await (const path of walkFiles(directory, start)) {
      files += 1;
      if (context.reached.has(path)) continue;
      const kind = classifyFile(path).kind;
      if (kind === 'object' || kind === 'listing') unreferenced += 1;
      if (kind === 'temporary' || kind === 'unknown') strangers.push(path);
      else checks.push(limit(() => noting(problems, () => verifyByItself(path, context))));
    }
  }
  await Promise.all(checks);
  return { files, unreferenced, strangers };
}

async function verifyByItself(path: string, { source, roots, opened }: Context): Promise<void> {
  const file = classifyFile(path);
  switch (file.kind) {
    case 'object':
    case 'catalog':
      return verifyObject(source, path, file.hash);
    case 'target':
      return verifyTarget(source, path, file.sha256);
    case 'listing':
      return verifyListing(source, path, file.tree);
    case 'metadata':
      return verifyMetadataFile(source, path, file.role, roots);
    case 'config':
      return opened === undefined ? undefined : verifyConfig(source, path, opened.config);
    case 'lock':
    case 'quarantined':
    case 'temporary':
    case 'unknown':
      return undefined;
  }
}
