import type { TrustedRepository } from '@depotcast/hydrator';
import { DepotError, type ReleaseId, repository } from '@depotcast/hydrator/format';
import { Metadata, MetadataKind } from '@tufjs/models';
import type { OpenRepository } from '../../repository/open-repository.js';
import { pinsOf } from '../../repository/pins.js';
import { judging, MAX_METADATA_BYTES, parseObject } from '../../trust/metadata-file.js';
import { markNamespace, type NamespaceRoots } from './mark-namespace.js';
import { markTargets } from './mark-trust.js';
import type { Chain, Reached } from './reached.js';
import { supersededSince } from './superseded.js';

/**
 * Marks everything that a reader may need: what signed metadata leads to now, or led to after `since`, and what CernVM-FS
 * clients and tools may ask for.
 * @throws DepotError for whatever of it cannot be read: what is kept must be known before anything may go
 */
export async function markAll(
  opened: OpenRepository,
  namespace: NamespaceRoots,
  reached: Reached,
  since: Date,
): Promise<void> {
  const { trusted, state, directory } = opened;
  const versions = { targets: state.targets.signed.version, snapshot: state.snapshot.signed.version };
  for (const role of ['targets', 'snapshot'] as const) {
    reached.add(repository.metadataFile(role, versions[role]), [`${role} metadata, in force`]);
  }
  const reasons = await reasonsOf(opened);
  await markTargets(trusted, state.targets.signed, reached, (id) => reasons.get(id) ?? ['targets metadata']);
  for (const { role, version, path } of await supersededSince(directory, versions, since)) {
    const root = `${role} metadata version ${version}, in force until a short while ago`;
    reached.add(path, [root]);
    if (role === 'targets') await markSuperseded(trusted, path, root, reached);
  }
  await markNamespace(trusted.source, namespace, reached);
}

/** What each release is kept for, as the beginning of its chains. */
async function reasonsOf({ trusted, state }: OpenRepository): Promise<Map<ReleaseId, Chain>> {
  const reasons = new Map<ReleaseId, string[]>();
  const add = (id: ReleaseId, reason: string) => reasons.set(id, [...(reasons.get(id) ?? []), reason]);
  for (const name of trusted.channels()) {
    for (const { release, revision } of (await trusted.channel(name)).entries) {
      add(release, `channel ${name}, revision ${revision}`);
    }
  }
  for (const id of pinsOf(state.targets.signed)) add(id, 'pin');
  return new Map([...reasons].map(([id, all]) => [id, [all.join('; ')]]));
}

/** What an earlier collection has taken from it already is nobody's any more. */
async function markSuperseded(
  trusted: TrustedRepository,
  path: string,
  root: string,
  reached: Reached,
): Promise<void> {
  const { source } = trusted;
  const bytes = await source.read(path, MAX_METADATA_BYTES);
  const targets = judging(`${source.location}/${path}`, () =>
    Metadata.fromJSON(MetadataKind.Targets, parseObject(bytes)),
  );
  try {
    await markTargets(trusted, targets.signed, reached, () => [root]);
  } catch (error) {
    if (!(error instanceof DepotError) || error.code !== 'not-found') throw error;
  }
}
