export { renderActivate } from './activate/render-activate.js';
export { materialiseLayer } from './cache/materialise.js';
export { removeTree } from './cache/remove-tree.js';
export { verifyLayer } from './cache/verify-layer.js';
export { parseCpuInfo } from './host/cpuinfo.js';
export { TEMPORARY, withLockFile } from './lock/lock-file.js';
export { selectImage } from './select/select-image.js';
export { readContent } from './source/content.js';
export { createObjectHasher, createPortableObjectHasher } from './source/object-hash.js';
export { openSource } from './source/open-source.js';
export { refreshMetadata } from './trust/metadata.js';
export { openTrusted } from './trust/open.js';
export { TrustedRepository } from './trust/trusted-repository.js';

export type { LockOptions } from './lock/lock-file.js';
export type { ObjectHasher } from './source/object-hash.js';
export type { Source } from './source/source.js';
export type { SavedMetadata, VerifiedMetadata } from './trust/metadata.js';
export type { VerifiedRelease } from './trust/trusted-repository.js';
