import { areEqual, type FingerprintDifferences, type MethodDifferences } from './compare-fingerprints.js';
import type { Fingerprint } from './fingerprint.js';

/** Signatures shown of one package on one side; JSON has them all. */
const MAX_SHOWN = 10;

export function renderFingerprint(fingerprint: Fingerprint): string {
  const { release, name, environment, target, start, julia, sysimage, modules, methods } = fingerprint;
  return [
    `release ${name} (${release.slice(0, 12)}), environment ${environment}, on ${target}, ${start}, Julia ${julia}`,
    `  system image  ${sysimage}`,
    `  modules       ${modules.digest}  ${modules.list.length} loaded`,
    `  methods       ${methods.digest}  ${methods.count} with machine code`,
    '',
  ].join('\n');
}

/** @param names of the two fingerprints */
export function renderDifferences(
  differences: FingerprintDifferences,
  [a, b]: readonly [string, string],
): string {
  if (areEqual(differences)) return `${a} and ${b} start alike\n`;
  const lines = [
    `${a} (A) and ${b} (B) start differently`,
    ...differences.image.map((item) => `  ${item.what}: ${item.a} in A, ${item.b} in B`),
    ...differences.modules.map((item) => `  module ${item.name}: ${describeBuilds(item.a, item.b)}`),
    ...differences.methods.flatMap(describeMethods),
  ];
  return `${lines.join('\n')}\n`;
}

function describeBuilds(a: string | null, b: string | null): string {
  if (a === null) return 'only in B';
  return b === null ? 'only in A' : `build ${a} in A, ${b} in B`;
}

function describeMethods({ package: name, countA, countB, onlyA, onlyB }: MethodDifferences): string[] {
  if (onlyA === null || onlyB === null) {
    return [`  methods of ${name}: ${countA} in A, ${countB} in B, not both listed: see --out`];
  }
  return [
    `  methods of ${name}: ${onlyA.length} only in A, ${onlyB.length} only in B`,
    ...showSome('A', onlyA),
    ...showSome('B', onlyB),
  ];
}

function showSome(side: string, signatures: readonly string[]): string[] {
  const rest = signatures.length - MAX_SHOWN;
  return [
    ...signatures.slice(0, MAX_SHOWN).map((signature) => `    ${side}  ${signature}`),
    ...(rest > 0 ? [`    ${side}  and ${rest} more`] : []),
  ];
}
