import type { Candidate, Decision } from './select-image.js';
import { describeRefusal, isOnlyCapped } from './select-image.js';

/** What the variable DEPOT_TARGET asks for. */
export interface Override {
  readonly target: string;
  /** `force:NAME`: also where the host lacks what the image needs. */
  readonly force: boolean;
}

const FORCE = 'force:';

export function parseOverride(value: string | undefined): Override | undefined {
  if (value === undefined || value === '') return undefined;
  const force = value.startsWith(FORCE);
  return { target: force ? value.slice(FORCE.length) : value, force };
}

/**
 * The decision under an override. One that cannot run here, inherited perhaps from a login node, changes nothing but is
 * told of; a forced one is obeyed.
 */
export function applyOverride(
  decision: Decision,
  override: Override | undefined,
): { readonly decision: Decision; readonly warning?: string } {
  if (override === undefined) return { decision };
  const { target, force } = override;
  const asked = decision.candidates.filter((candidate) => candidate.image.target === target);
  const usable = asked.find((candidate) => force || candidate.runnable);
  if (usable === undefined) return { decision, warning: ignored(target, asked[0]) };
  const overridden = { ...decision, chosen: usable.image };
  if (usable.runnable) return { decision: overridden };
  const against = isOnlyCapped(usable) ? 'against the cap' : 'which this host cannot run';
  const outcome = isOnlyCapped(usable) ? '' : ': expect a crash';
  return {
    decision: overridden,
    warning: `DEPOT_TARGET forces ${target}, ${against} (${describeRefusal(usable)})${outcome}`,
  };
}

function ignored(target: string, candidate: Candidate | undefined): string {
  const why = candidate === undefined ? 'the release has no such image' : describeRefusal(candidate);
  return `DEPOT_TARGET=${target} is ignored: ${why}`;
}
