import { type Arch, DepotError } from '@depotcast/hydrator/format';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename, dirname, join } from 'node:path';
import { registersAbove } from './registers.js';
import { DisassemblyScan } from './scan-disassembly.js';

/** What a machine brings along. */
export interface AuditTools {
  /** Command of the linker, beside which a disassembler may stand. */
  readonly linker: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

export interface AuditRequest extends AuditTools {
  /** How messages call the image. */
  readonly label: string;
  readonly arch: Arch;
  /** What the image demands of a node, as /proc/cpuinfo spells it. */
  readonly features: readonly string[];
}

/**
 * Disassembles an image and looks for registers that nodes with no more than the image's features do not have: what
 * Julia records says what it meant to compile, not what stands there.
 * @returns why it could not be done, where this machine has no disassembler for the architecture
 * @throws DepotError `build-failed`, naming the functions
 */
export async function auditImage(file: string, request: AuditRequest): Promise<string | undefined> {
  const registers = registersAbove(request.arch, request.features);
  if (registers === undefined) return undefined;
  for (const program of disassemblers(request)) {
    const scan = new DisassemblyScan(registers);
    const isDone = await disassemble(program, file, scan, request);
    if (!isDone) continue;
    refuseOffences(file, scan, request);
    return undefined;
  }
  return `no objdump for ${request.arch} (Debian package binutils-${triplet(request.arch).replace('_', '-')})`;
}

function triplet(arch: Arch): string {
  return `${arch}-linux-gnu`;
}

function disassemblers({ arch, linker }: AuditRequest): string[] {
  const [program = ''] = linker;
  const names = [`${triplet(arch)}-objdump`, 'objdump'];
  const beside = basename(program) === program ? [] : names.map((name) => join(dirname(program), name));
  return [...beside, ...names];
}

/** @returns whether the program is there and knows the architecture */
async function disassemble(
  program: string,
  file: string,
  scan: DisassemblyScan,
  { label, env, signal }: AuditRequest,
): Promise<boolean> {
  signal.throwIfAborted();
  const args = ['-d', '--no-show-raw-insn', file];
  const child = spawn(program, args, {
    env: { ...env, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const started = once(child, 'spawn').then(
    () => true,
    (error: unknown) => {
      if (['ENOENT', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
      throw error;
    },
  );
  if (!(await started)) return false;
  const closed = once(child, 'close');
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    scan.push(text);
    if (scan.isFull) child.kill();
  });
  const [code] = (await closed) as [number | null];
  scan.end();
  if (code === 0 || scan.isFull) return true;
  if (/can't disassemble for architecture|cannot open shared object/.test(complaint)) return false;
  throw new DepotError('build-failed', `${label}: ${program} ${args.join(' ')} failed: ${complaint.trim()}`);
}

function refuseOffences(
  file: string,
  { offences }: DisassemblyScan,
  { label, features }: AuditRequest,
): void {
  if (offences.length === 0) return;
  const lines = offences.map(({ symbol, instruction }) => `  ${symbol}: ${instruction}`);
  throw new DepotError(
    'build-failed',
    `${label}: ${file}: code that needs more of a node's CPU than the image asks for:\n${lines.join('\n')}`,
    {
      hint: `the image asks for ${features.join(' ')}; leave the package out that has this code, or build for a target that provides it`,
    },
  );
}
