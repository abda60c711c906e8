import { DepotError } from '../error.js';
import type { LayerId } from '../layer.js';

/** What is proven of each package cache; docs/proof.md says how. */
export const RULES = [
  'format',
  'checksum',
  'library',
  'place',
  'one-cache',
  'julia',
  'closure',
  'system-image',
  'sources',
  'paths',
  'flags',
  'target',
  'preferences',
] as const;
export type Rule = (typeof RULES)[number];

/** A cache that a node would refuse, or that is not what the release says. */
export interface Violation {
  readonly rule: Rule;
  readonly layer: LayerId;
  /** Name of the package. */
  readonly package: string;
  /** What was expected and what was found, as the rest of a sentence that begins with the package. */
  readonly problem: string;
  /** What helps, as a sentence of its own. */
  readonly remedy: string;
}

/** Violations that more than one image shows, once. */
export function distinct(violations: readonly Violation[]): Violation[] {
  return [...new Map(violations.map((violation) => [JSON.stringify(violation), violation])).values()];
}

export function renderViolation({ rule, layer, package: name, problem, remedy }: Violation): string {
  return `${layer}: ${name}: ${problem} [${rule}]; ${remedy}`;
}

/** @throws DepotError `unproven` with all violations, if there are any */
export function refuseViolations(violations: readonly Violation[], where: string): void {
  if (violations.length === 0) return;
  const count = violations.length === 1 ? 'a rule' : `${violations.length} rules`;
  throw new DepotError(
    'unproven',
    [`${where}: its package caches break ${count}:`, ...violations.map(renderViolation)].join('\n  '),
    { hint: 'nothing was changed; docs/proof.md says what each rule is for' },
  );
}
