import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Stands in for Julia where only the image counts: says its content, or that there is none, and the arguments after it. */
const PROGRAM = `#!/bin/sh
[ "$1" != --version ] || { echo julia version 1.5.3; exit; }
image='no image'
if [ "$1" = -J ]; then image="image $(cat "$2")"; shift 2; fi
echo "$image, $*"
`;

/** Installs it below a folder. @returns the program */
export async function installFakeJulia(directory: string): Promise<string> {
  await mkdir(join(directory, 'share/julia/stdlib'), { recursive: true });
  await mkdir(join(directory, 'bin'));
  const program = join(directory, 'bin/julia');
  await writeFile(program, PROGRAM, { mode: 0o755 });
  return program;
}
