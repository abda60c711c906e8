import type { Source } from '@depotcast/hydrator';
import { DepotError, type MetadataRole, repository } from '@depotcast/hydrator/format';
import { Metadata, MetadataKind, type Root } from '@tufjs/models';
import {
  judging,
  MAX_METADATA_BYTES,
  parseNextRoot,
  parseObject,
  parseRoot,
  readIfPresent,
} from '../trust/metadata-file.js';
import { noting, type Problem } from './problem.js';

const METADATA_FILE = /^\.depot\/tuf\/(?:\d+\.)?(root|targets|snapshot|timestamp)\.json$/;

/** The role that a file of the repository is metadata of, if it is. */
export function roleOfFile(path: string): MetadataRole | undefined {
  return METADATA_FILE.exec(path)?.[1] as MetadataRole | undefined;
}

/**
 * Checks every root there is: each signed by itself and by the one before, and the trusted one as it was handed out.
 * @returns those that are sound
 */
export async function verifyRoots(
  source: Source,
  trustedRoot: Buffer | undefined,
  problems: Problem[],
): Promise<Metadata<Root>[]> {
  const roots: Metadata<Root>[] = [];
  let isTrusted = trustedRoot === undefined;
  for (let version = 1; ; version++) {
    const path = repository.metadataFile('root', version);
    const bytes = await readIfPresent(source, path);
    if (bytes === undefined) break;
    isTrusted ||= trustedRoot?.equals(bytes) === true;
    await noting(problems, () => {
      const previous = roots.at(-1);
      roots.push(
        judging(`${source.location}/${path}`, () =>
          previous === undefined ? parseRoot(bytes) : parseNextRoot(bytes, previous),
        ),
      );
    });
  }
  if (!isTrusted) {
    problems.push({
      code: 'bad-signature',
      message: `${source.location}/${repository.metadata}: the trusted root is not among its roots`,
    });
  }
  return roots;
}

/** Checks a metadata file by its signatures alone, which also those that are no longer in force must bear. */
export async function verifyMetadataFile(
  source: Source,
  path: string,
  role: MetadataRole,
  roots: readonly Metadata<Root>[],
): Promise<void> {
  const bytes = await source.read(path, MAX_METADATA_BYTES);
  const where = `${source.location}/${path}`;
  const metadata = judging(where, () => parseMetadata(role, bytes));
  if (roots.some((root) => isSigned(root, role, metadata))) return;
  throw new DepotError('bad-signature', `${where}: not signed by the ${role} role of any root`);
}

type AnyMetadata = ReturnType<typeof parseMetadata>;

function parseMetadata(role: MetadataRole, bytes: Buffer) {
  const json = parseObject(bytes);
  switch (role) {
    case 'root':
      return Metadata.fromJSON(MetadataKind.Root, json);
    case 'targets':
      return Metadata.fromJSON(MetadataKind.Targets, json);
    case 'snapshot':
      return Metadata.fromJSON(MetadataKind.Snapshot, json);
    case 'timestamp':
      return Metadata.fromJSON(MetadataKind.Timestamp, json);
  }
}

function isSigned(root: Metadata<Root>, role: MetadataRole, metadata: AnyMetadata): boolean {
  try {
    root.verifyDelegate(role, metadata);
    return true;
  } catch {
    return false;
  }
}
