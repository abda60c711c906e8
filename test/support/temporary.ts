import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { removeTree } from '@depotcast/hydrator';

/** A folder that is gone when the test file has ended. */
export async function temporaryDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'depotcast-test-'));
  after(() => removeTree(path));
  return path;
}
