/** `text` as a Julia string literal: nothing in it is interpolated or taken for code. */
export function juliaString(text: string): string {
  const escaped = text
    .replace(/[\\"$]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
  return `"${escaped}"`;
}

/** What tells one Julia package from every other. */
export interface PackageId {
  readonly name: string;
  readonly uuid: string;
}

/** `Base.PkgId` of a package, as a Julia expression. */
export function juliaPackageId({ name, uuid }: PackageId): string {
  return `Base.PkgId(Base.UUID(${juliaString(uuid)}), ${juliaString(name)})`;
}
