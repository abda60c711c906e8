import type { ReleaseId } from '@depotcast/hydrator/format';
import type { Tag } from './history.js';

/** Names that CernVM-FS' own tools keep for the newest revision and the one before. */
const CURRENT = 'trunk';
const PREVIOUS = 'trunk-previous';

export const RESERVED_TAGS: readonly string[] = [CURRENT, PREVIOUS];

const DESCRIPTION = /^depotcast release ([0-9a-f]{64})$/;

export interface TaggedRelease {
  readonly id: ReleaseId;
  readonly name: string;
}

/**
 * The tags of a revision: each release names the first revision that had it, as long as it is kept; tags that others
 * made stay as they are. Where a release has gone, those that came after it move to this revision: the trees that they
 * named hold it, and would keep all its files.
 */
export function nextTags(
  previous: readonly Tag[],
  releases: readonly TaggedRelease[],
  revision: Omit<Tag, 'name' | 'description'>,
): Tag[] {
  const known = new Set<string>(releases.map(({ id }) => id));
  const named = previous.filter(({ name }) => !RESERVED_TAGS.includes(name));
  const gone = named.filter((tag) => releaseOf(tag) !== undefined && !known.has(releaseOf(tag) ?? ''));
  const firstGone = Math.min(...gone.map((tag) => tag.revision));
  const kept = named
    .filter((tag) => !gone.includes(tag))
    .map((tag) => {
      return releaseOf(tag) === undefined || tag.revision < firstGone ? tag : { ...tag, ...revision };
    });
  const taken = new Set([...RESERVED_TAGS, ...kept.map(({ name }) => name)]);
  const added = releases
    .filter(({ name }) => !taken.has(name))
    .map(({ id, name }) => ({ ...revision, name, description: `depotcast release ${id}` }));
  const before = previous.find(({ name }) => name === CURRENT);
  return [
    { ...revision, name: CURRENT, description: 'the newest revision' },
    ...(before === undefined
      ? []
      : [{ ...before, name: PREVIOUS, description: 'the revision before the newest' }]),
    ...kept,
    ...added,
  ];
}

function releaseOf({ description }: Tag): string | undefined {
  return DESCRIPTION.exec(description)?.[1];
}
