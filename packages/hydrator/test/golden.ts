import { readFileSync } from 'node:fs';

/** A golden file of a wire format; the compiled tests stand in dist/test, the files in test. */
export function golden(name: string): string {
  return readFileSync(new URL(`../../test/golden/${name}`, import.meta.url), 'utf8');
}
