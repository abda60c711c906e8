/** What the rules need to know of a system image. */
export interface SysimageFacts {
  /** Whether it holds the module of this build. */
  holds(buildId: bigint): boolean;
}

/** Upper half of a build id's upper half, from Julia 1.9 on; the CRC-32C of the image's data is the lower one. */
const PACKAGE_IMAGE = 0xfafbfcfdn;
const SYSTEM_IMAGE = 0xfdfcfbfan;

const CHECKSUM_SHIFT = 64n;
const MARK_SHIFT = 96n;

/**
 * Whether a build id says that its module stands in a package image, and not in a system image. Up to Julia 1.8 ids do
 * not say.
 * @see https://github.com/JuliaLang/julia/blob/v1.12.5/src/staticdata.c#L4221
 */
export function isOfPackageImage(buildId: bigint): boolean {
  return buildId >> MARK_SHIFT === PACKAGE_IMAGE;
}

/** CRC-32C of the system image's data that a build id names; undefined where it does not name one. */
export function sysimageChecksumOf(buildId: bigint): number | undefined {
  if (buildId >> MARK_SHIFT !== SYSTEM_IMAGE) return undefined;
  return Number((buildId >> CHECKSUM_SHIFT) & 0xffffffffn);
}

/** From Julia 1.9 on: the modules whose build ids name the checksum. */
export function sysimageOfChecksum(checksum: number): SysimageFacts {
  return { holds: (buildId) => sysimageChecksumOf(buildId) === checksum };
}

/** Up to Julia 1.8: the modules whose build ids stand in the image. */
export function sysimageOfIds(ids: ReadonlySet<bigint>): SysimageFacts {
  return { holds: (buildId) => ids.has(buildId) };
}
