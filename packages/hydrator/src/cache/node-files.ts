import type { LayerId } from '../format/index.js';

/** What a node notes down beside its layers: paths below the folder that holds `layers/`. */
export const nodeFiles = {
  locks: '.node/locks',
  lock: (id: LayerId) => `.node/locks/${id}`,
} as const;

/** Begins the name of a layer that is not whole yet, or no longer; it stands beside its final place. */
export const unfinished = (id: LayerId): string => `.${id}.`;
