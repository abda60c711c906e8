import { type LayerId, treeDigestOf } from '@depotcast/hydrator/format';
import { copiedLayer } from '../plan/layer-inputs.js';
import type { PlannedTree } from '../plan/planned-environment.js';
import { measure } from '../store/layer-store.js';
import type { ListedSources } from './list-sources.js';
import type { SharedFolders } from './share-folders.js';

/** The layers that are copied for an environment, and what goes into them. */
export interface CopiedTrees {
  readonly sources: PlannedTree;
  readonly shared: readonly PlannedTree[];
  readonly artifacts: readonly PlannedTree[];
  readonly contents: ReadonlyMap<LayerId, ListedSources>;
}

/** Makes layers of what environment `name` has for itself, and of what it has in common with others. */
export function copiedTrees(name: string, sources: SharedFolders, artifacts: SharedFolders): CopiedTrees {
  const contents = new Map<LayerId, ListedSources>();
  const plan = (
    kind: 'sources' | 'artifacts',
    content: ListedSources,
    environments: readonly string[],
  ): PlannedTree => {
    const tree = treeDigestOf(content.listing);
    contents.set(copiedLayer(kind, { tree }), content);
    return { tree, bytes: measure(content.listing).bytes, environments };
  };
  const parts = [{ environments: [name], content: artifacts.own }, ...artifacts.shared];
  return {
    sources: plan('sources', sources.own, [name]),
    shared: sources.shared.map(({ environments, content }) => plan('sources', content, environments)),
    artifacts: parts
      .filter(({ content }) => content.listing.length > 0)
      .map(({ environments, content }) => plan('artifacts', content, environments)),
    contents,
  };
}
