export { hostArch } from './architecture.js';
export { cacheDirectory, currentUser } from './cache-directory.js';
export { findJulia } from './find.js';
export { fetchDebianJulia } from './julia.js';
export { fetchLinker, findLinker } from './linker.js';

export type { DebianArch } from './architecture.js';
export type { FindOptions, FoundJulia } from './find.js';
export type { DebianJulia, FetchOptions } from './julia.js';
export type { Linker, LinkerOptions } from './linker.js';
