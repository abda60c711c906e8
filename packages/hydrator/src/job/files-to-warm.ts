import {
  environmentOf,
  type Image,
  type LayerId,
  type Listing,
  type Release,
  tree,
} from '../format/index.js';

/** A file of a tree, and its size in bytes. */
export interface SizedFile {
  /** Below the tree's root. */
  readonly path: string;
  readonly size: number;
}

/** Of Julia itself, programs and libraries; of artifacts, libraries: their data is the job's own affair. */
const CODE = {
  runtime: /^(?:bin|lib)\//,
  artifacts: /\/lib\/[^/]+\.so(?:\.|$)/,
} as const;

/**
 * The files whose bytes a start on an image reads: the system image, package caches, the project's own files, libraries.
 * Of sources Julia asks only whether they have changed.
 * @param listings of all layers that the image needs
 */
export function filesToWarm(
  release: Release,
  image: Image,
  listings: ReadonlyMap<LayerId, Listing>,
): SizedFile[] {
  const { sources, project } = environmentOf(release, image);
  const { compiled, sysimage, runtime, artifacts } = image;
  const within = (id: LayerId | null | undefined, isRead: (path: string) => boolean): SizedFile[] =>
    (id == null ? [] : (listings.get(id) ?? [])).flatMap((entry) =>
      entry.type === 'file' && isRead(entry.path)
        ? [{ path: `${tree.layer(id as LayerId)}/${entry.path}`, size: entry.size }]
        : [],
    );
  return [
    ...within(sysimage, () => true),
    ...within(compiled, () => true),
    ...within(runtime, (path) => CODE.runtime.test(path)),
    ...artifacts.flatMap((id) => within(id, (path) => CODE.artifacts.test(path))),
    ...within(sources, (path) => path.startsWith(`${project}/`) && path.endsWith('.toml')),
  ];
}
