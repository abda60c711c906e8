import { isAtLeast } from '@depotcast/hydrator/format';
import type { CompileOptions } from '../spec/spec.js';

/** From 1.9 on package caches hold machine code, so that there is one set of them for each target. */
export function hasNativeCaches(version: string): boolean {
  return isAtLeast(version, '1.9');
}

/** Julia's flags that are the same in every process of a build and that a start must repeat. */
export function compileFlags({ optLevel, checkBounds }: CompileOptions): string[] {
  return [
    ...(optLevel === undefined ? [] : [`-O${optLevel}`]),
    ...(checkBounds === undefined ? [] : [`--check-bounds=${checkBounds}`]),
  ];
}
