import type { ObjectHash } from '@depotcast/hydrator/format';
import { selectReleases } from '../export/select-releases.js';
import type { DurableWriter } from '../files/durable-writer.js';
import type { OpenRepository } from '../repository/open-repository.js';
import type { LayerCatalogs } from './mount-layers.js';
import type { RepositoryKey } from './namespace-keys.js';
import { NamespaceStore } from './namespace-store.js';
import type { PreviousRevision } from './previous-revision.js';
import { MANIFEST_FILE } from './read/manifest.js';
import { REFLOG_FILE } from './read/reflog.js';
import { knownReferences, mergeReferences } from './reflog.js';
import { makeRootCatalog, type Revision } from './root-catalog.js';
import { hashOf, spell } from './write/hash-text.js';
import { makeHistory } from './write/history.js';
import { renderManifest } from './write/manifest.js';
import { renderMetainfo } from './write/metainfo.js';
import { makeReflog, type Reference, REFERENCE_KINDS } from './write/reflog.js';
import { signWithRepositoryKey } from './write/signed-text.js';
import { nextTags } from './write/tags.js';

export interface NamespaceTools {
  readonly writer: DurableWriter;
  readonly key: RepositoryKey;
  /** The bundled `depot-hydrate`. */
  readonly hydrator: Buffer;
  readonly now: Date;
  /** Stored before; the catalogs of other new layers are made now. */
  readonly layers?: LayerCatalogs;
}

/**
 * Publishes the tree that nodes see, as trusted metadata has it now, as the next CernVM-FS revision. The manifest comes
 * last: until it is renamed into place, clients have the revision before.
 * @returns the revision's number
 */
export async function commitNamespace(
  opened: OpenRepository,
  previous: PreviousRevision | undefined,
  tools: NamespaceTools,
): Promise<number> {
  const { writer, key } = tools;
  const { name } = opened.config;
  const store = new NamespaceStore(writer);
  const selection = await selectReleases(opened.trusted, {});
  const revision = nextRevision(previous, opened.state.timestamp.signed.version, tools.now);
  const root = await makeRootCatalog(opened, selection, { previous, revision, store, ...tools });
  const catalog = await store.catalog(root.bytes);
  const tags = nextTags(
    previous?.tags ?? [],
    selection.releases.map(({ id, release }) => ({ id, name: release.name })),
    {
      ...{ catalog: spell(catalog), catalogSize: root.bytes.length },
      ...{ revision: revision.number, time: revision.time },
    },
  );
  const objects = {
    catalog,
    certificate: await store.reproducible(Buffer.from(key.certificate), 'X'),
    history: await store.object(await makeHistory(name, tags), 'H'),
    metainfo: await store.reproducible(renderMetainfo(opened.state.timestamp.signed.version), 'M'),
  };
  const known = await knownReferences(opened.trusted.source, previous);
  const references = mergeReferences([...known, ...referencesTo(objects, revision)]);
  const reflog = await makeReflog(name, references);
  const manifest = {
    ...{ name, revision: revision.number, time: revision.time },
    ...{ ...objects, catalogSize: root.bytes.length, reflog: hashOf(reflog) },
  };
  await writer.write(REFLOG_FILE, reflog);
  await writer.sync();
  await writer.write(MANIFEST_FILE, renderManifest(manifest, signWithRepositoryKey(key.key)));
  await writer.sync();
  return revision.number;
}

/**
 * Clients refuse a revision that is not higher than theirs, or older. The trust metadata rises as well, so that revisions
 * go on rising where the manifest was lost.
 */
function nextRevision(previous: PreviousRevision | undefined, trustVersion: number, now: Date): Revision {
  const { revision = 0, time = 0 } = previous?.manifest ?? {};
  return {
    number: Math.max(revision + 1, trustVersion),
    time: Math.max(Math.floor(now.getTime() / 1000), time + 1),
  };
}

function referencesTo(
  objects: Readonly<Record<Reference['kind'], ObjectHash>>,
  { time }: Revision,
): Reference[] {
  return REFERENCE_KINDS.map((kind) => ({ kind, hash: spell(objects[kind]), time }));
}
