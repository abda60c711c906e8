/**
 * What every node with glibc has, and must have from its own glibc: two of them in one process crash. Everything else
 * that Julia needs is in the layer.
 */
const BASE_LIBRARIES: ReadonlySet<string> = new Set([
  'ld-linux-aarch64.so.1',
  'ld-linux-x86-64.so.2',
  'libc.so.6',
  'libdl.so.2',
  'libm.so.6',
  'libpthread.so.0',
  'libresolv.so.2',
  'librt.so.1',
  'libutil.so.1',
  'linux-vdso.so.1',
]);

/** Whether a library is the node's own, by its file name. */
export function isBaseLibrary(name: string): boolean {
  return BASE_LIBRARIES.has(name);
}
