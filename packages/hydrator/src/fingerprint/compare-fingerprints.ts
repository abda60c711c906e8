import type { Fingerprint, LoadedModule, PackageMethods } from './fingerprint.js';

/** What two starts have not in common. */
export interface FingerprintDifferences {
  /** What identifies the image, where the two differ. */
  readonly image: readonly { readonly what: string; readonly a: string; readonly b: string }[];
  /** Modules with other build ids; null where one is not loaded. */
  readonly modules: readonly {
    readonly name: string;
    readonly uuid: string | null;
    readonly a: string | null;
    readonly b: string | null;
  }[];
  readonly methods: readonly MethodDifferences[];
}

/** Methods of one package that have machine code on one side only. */
export interface MethodDifferences {
  readonly package: string;
  /** How many each side has in all. */
  readonly countA: number;
  readonly countB: number;
  /** Signatures that only one side has; null where not both fingerprints list them. */
  readonly onlyA: readonly string[] | null;
  readonly onlyB: readonly string[] | null;
}

const IMAGE_PARTS = ['release', 'environment', 'target', 'start', 'julia', 'sysimage'] as const;

/** Nothing in any part when two nodes start the same code from the same image. */
export function compareFingerprints(a: Fingerprint, b: Fingerprint): FingerprintDifferences {
  return {
    image: IMAGE_PARTS.filter((what) => a[what] !== b[what]).map((what) => ({
      what,
      a: a[what],
      b: b[what],
    })),
    modules: compareModules(a.modules.list, b.modules.list),
    methods: compareMethods(a.methods.packages, b.methods.packages),
  };
}

export function areEqual({ image, modules, methods }: FingerprintDifferences): boolean {
  return image.length + modules.length + methods.length === 0;
}

function compareModules(
  a: readonly LoadedModule[],
  b: readonly LoadedModule[],
): FingerprintDifferences['modules'] {
  return pair(a, b, ({ name, uuid }) => `${name} ${uuid ?? ''}`)
    .filter(([left, right]) => left?.build !== right?.build)
    .map(([left, right]) => {
      const { name = '', uuid = null } = left ?? right ?? {};
      return { name, uuid, a: left?.build ?? null, b: right?.build ?? null };
    });
}

function compareMethods(a: readonly PackageMethods[], b: readonly PackageMethods[]): MethodDifferences[] {
  return pair(a, b, ({ name }) => name)
    .filter(([left, right]) => left?.digest !== right?.digest)
    .map(([left, right]) => {
      const areListed = [left, right].every((side) => side === undefined || side.list !== undefined);
      return {
        package: (left ?? right)?.name ?? '',
        countA: left?.count ?? 0,
        countB: right?.count ?? 0,
        onlyA: areListed ? without(left?.list ?? [], right?.list ?? []) : null,
        onlyB: areListed ? without(right?.list ?? [], left?.list ?? []) : null,
      };
    });
}

/** Items of two lists that have the same key, in the order of the keys. */
function pair<T>(
  a: readonly T[],
  b: readonly T[],
  keyOf: (item: T) => string,
): (readonly [left: T | undefined, right: T | undefined])[] {
  const [left, right] = [a, b].map((items) => new Map(items.map((item) => [keyOf(item), item])));
  const keys = new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])]);
  return [...keys].sort().map((key) => [left?.get(key), right?.get(key)]);
}

/** What a list has more of than another; generated names are equal once their numbers are gone, so that each counts. */
function without(list: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const item of others) left.set(item, (left.get(item) ?? 0) + 1);
  return list.filter((item) => {
    const count = left.get(item) ?? 0;
    left.set(item, count - 1);
    return count <= 0;
  });
}
