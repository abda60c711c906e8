import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type MetadataRole, repository } from '@depotcast/hydrator/format';

const FILE = /^(\d+)\.(targets|snapshot)\.json$/;

/** A version of metadata that is not in force any more, but was a short while ago: readers may be on their way with it. */
export interface Superseded {
  readonly role: MetadataRole;
  readonly version: number;
  readonly path: string;
}

/**
 * The versions of targets and snapshot that were in force after `since`: those whose successor came later.
 * @param current versions in force
 */
export async function supersededSince(
  directory: string,
  current: Readonly<Record<'targets' | 'snapshot', number>>,
  since: Date,
): Promise<Superseded[]> {
  const found: Superseded[] = [];
  for (const role of ['targets', 'snapshot'] as const) {
    const versions = (await versionsOf(directory, role)).filter((version) => version <= current[role]);
    for (const [index, version] of versions.entries()) {
      const successor = versions[index + 1];
      if (successor === undefined) continue;
      const { mtime } = await stat(join(directory, repository.metadataFile(role, successor)));
      if (mtime > since) found.push({ role, version, path: repository.metadataFile(role, version) });
    }
  }
  return found;
}

async function versionsOf(directory: string, role: MetadataRole): Promise<number[]> {
  const names = await readdir(join(directory, repository.metadata));
  const versions = names.flatMap((name) => {
    const [, version, found] = FILE.exec(name) ?? [];
    return found === role ? [Number(version)] : [];
  });
  return versions.sort((a, b) => a - b);
}
