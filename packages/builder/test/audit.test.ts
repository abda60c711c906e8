import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { auditImage, type AuditRequest } from '../src/image/audit-image.js';
import { registersAbove } from '../src/image/registers.js';
import { DisassemblyScan } from '../src/image/scan-disassembly.js';
import { withTemporary, writeFiles } from './temporary.js';

const skip =
  process.arch === 'x64' ? false : 'the machine code that is audited is made by a compiler for x86-64';

const request = (features: readonly string[], changes: Partial<AuditRequest> = {}): AuditRequest => ({
  label: 'the image',
  arch: 'x86_64',
  features,
  linker: ['cc'],
  env: { PATH: process.env['PATH'] },
  signal: new AbortController().signal,
  ...changes,
});

/** Functions whose names or neighbours look like registers, and those that use some. */
const SOURCE = `
void symm(void) {}
void zmm0(void) { symm(); }
void baseline(void) { __asm__ volatile("addps %xmm0, %xmm1"); zmm0(); }
#if WIDTH >= 256
void wide(void) { __asm__ volatile("vaddps %ymm0, %ymm1, %ymm2"); }
#endif
#if WIDTH >= 512
void wider(void) { __asm__ volatile("vaddps %zmm0, %zmm1, %zmm2"); }
void masked(void) { __asm__ volatile("kmovw %k1, %eax"); }
void high(void) { __asm__ volatile("vaddps %xmm17, %xmm1, %xmm2"); }
#endif
`;

async function withLibrary(width: number, action: (file: string) => Promise<void>): Promise<void> {
  await withTemporary(async (folder) => {
    await writeFiles(folder, { 'code.c': SOURCE });
    const file = join(folder, 'code.so');
    const options = ['-shared', '-fPIC', '-O1', `-DWIDTH=${width}`];
    await promisify(execFile)('cc', [...options, '-o', file, join(folder, 'code.c')]);
    await action(file);
  });
}

test('code that keeps to the features of its image passes', { skip }, async () => {
  await withLibrary(128, async (file) => {
    assert.equal(await auditImage(file, request(['sse2'])), undefined);
  });
  await withLibrary(256, async (file) => {
    assert.equal(await auditImage(file, request(['sse2', 'avx'])), undefined);
  });
  await withLibrary(512, async (file) => {
    assert.equal(await auditImage(file, request(['avx', 'avx512f'])), undefined);
  });
});

test('code with registers above its image is refused, naming the functions', { skip }, async () => {
  await withLibrary(256, async (file) => {
    await assert.rejects(auditImage(file, request(['sse2'])), {
      code: 'build-failed',
      message: /^the image: .*code\.so: code that needs more .*:\n {2}wide: vaddps %ymm0,%ymm1,%ymm2$/,
    });
  });
  await withLibrary(512, async (file) => {
    await assert.rejects(auditImage(file, request(['sse2', 'avx'])), {
      code: 'build-failed',
      message: /:\n {2}wider: .*%zmm.*\n {2}masked: kmov.*%k1.*\n {2}high: .*%xmm17[^\n]*$/,
    });
  });
});

test('a machine that cannot disassemble for an architecture says so', async () => {
  await withTemporary(async (folder) => {
    const env = { PATH: folder };
    const reason = await auditImage('sys.so', request([], { env, arch: 'aarch64' }));
    assert.equal(reason, 'no objdump for aarch64 (Debian package binutils-aarch64-linux-gnu)');
    const program = join(folder, 'objdump');
    const fail = async (complaint: string) => {
      await writeFile(program, `#!/bin/sh\necho "${complaint}" >&2\nexit 1\n`);
      await chmod(program, 0o755);
    };
    await fail("objdump: can't disassemble for architecture UNKNOWN!");
    assert.match((await auditImage('sys.so', request([], { env }))) ?? '', /no objdump for x86_64/);
    await fail('objdump: sys.so: No such file');
    await assert.rejects(auditImage('sys.so', request([], { env })), {
      code: 'build-failed',
      message: /objdump -d .* failed: objdump: sys\.so: No such file/,
    });
  });
});

/** As GNU objdump prints it. */
const AARCH64 = `
0000000000004da0 <julia_z5_12>:
    4da0:\tadrp\tx16, 769000 <z0+0xd0b0>
    4da4:\tldr\tq1, [x16, #3656]
    4da8:\tfadd\tv0.2d, v1.2d, v31.2d
    4dac:\tb\t4da0 <p0>
0000000000004db0 <julia_sum_13>:
    4db0:\tld1d\t{z0.d}, p0/z, [x0, x8, lsl #3]
    4db4:\tfadd\tz1.d, z1.d, z0.d
0000000000004dc0 <julia_count_14>:
    4dc0:\tptrue\tp15.d
`;

test('vector registers of aarch64 are told from addresses, symbols and other registers', () => {
  const registers = registersAbove('aarch64', ['asimd']);
  assert.ok(registers !== undefined);
  const scan = new DisassemblyScan(registers);
  scan.push(AARCH64);
  scan.end();
  assert.deepEqual(
    scan.offences.map(({ symbol }) => symbol),
    ['julia_sum_13', 'julia_count_14'],
  );
  assert.equal(registersAbove('aarch64', ['asimd', 'sve']), undefined);
});

test('it does not matter where the output is cut into pieces', () => {
  const registers = registersAbove('aarch64', []) ?? '';
  const whole = new DisassemblyScan(registers);
  whole.push(AARCH64);
  whole.end();
  fc.assert(
    fc.property(fc.array(fc.nat(AARCH64.length)), (cuts) => {
      const scan = new DisassemblyScan(registers);
      const places = [0, ...cuts.sort((a, b) => a - b), AARCH64.length];
      for (const [index, place] of places.entries()) scan.push(AARCH64.slice(place, places[index + 1]));
      scan.end();
      assert.deepEqual(scan.offences, whole.offences);
    }),
  );
});
