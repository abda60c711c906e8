import { recordFor } from './record-targets.js';
import { smallImage } from './small-elf.js';

/** What the fake Julia 1.11 compiles on a host without some features: a library that records its target. */
export function fakeImage(cpuTarget: string, lacking: readonly string[]): Buffer {
  return smallImage({ pointers: 'relative', targets: recordFor(cpuTarget, 'x86_64', '1.11.0', lacking) });
}
