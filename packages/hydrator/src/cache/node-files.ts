import type { LayerId } from '../format/index.js';

/** What a node notes down beside its layers: paths below the folder that holds `layers/`. */
export const nodeFiles = {
  locks: '.node/locks',
  lock: (id: LayerId) => `.node/locks/${id}`,
  /** Held by who makes room. */
  roomLock: '.node/locks/room',
  leases: '.node/leases',
  sizes: '.node/sizes',
  /** Bytes of a layer; its modification time is when the layer was last used. */
  size: (id: LayerId) => `.node/sizes/${id}`,
} as const;

/** Begins the name of a layer that is not whole yet, or no longer; it stands beside its final place. */
export const unfinished = (id: LayerId): string => `.${id}.`;

const UNFINISHED = /^\.([a-z]+-[0-9a-f]{32})\.[0-9a-f]+$/;

/** The layer that such a name is of, if it is one. */
export function layerOfUnfinished(name: string): LayerId | undefined {
  return UNFINISHED.exec(name)?.[1] as LayerId | undefined;
}
