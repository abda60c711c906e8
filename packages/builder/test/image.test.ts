import assert from 'node:assert/strict';
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { decodeFeatures, parseDispatchTargets } from '@depotcast/hydrator/format';
import { type ImageOrder, refuseDifference } from '../src/image/check-image.js';
import { readTargets } from '../src/image/read-targets.js';
import { recordFor, recordTargets, wordsOf } from './record-targets.js';
import { type SmallImage, smallImage } from './small-elf.js';
import { withTemporary } from './temporary.js';

const V3 = 'haswell,-rdrnd,-xsaveopt,-pclmul,-fsgsbase';
const ORDER: ImageOrder = { label: 'x86-64-v3', cpuTarget: V3, arch: 'x86_64', juliaVersion: '1.5.3' };

/** What a system image of Julia 1.5.3 for x86-64-v3 holds. */
const RECORDED_V3 = Buffer.from(
  'AQAAAAAAAAALAAAAATLYNAAAAAAoAQAAAAAAAAAAAAAhAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACAABCAAAAAAEIr/3zX0A6AAEEAECJISAAAAAACwAAAAECAAAgAAAAEAAAAAcAAABoYXN3ZWxsAAAAAA==',
  'base64',
);

test('what a real image records is just what its string says', () => {
  const recorded = parseDispatchTargets(RECORDED_V3);
  const [target] = recorded;
  assert.ok(target);
  assert.equal(target.cpu, 'haswell');
  const { julia, kernel, unshown } = decodeFeatures(target, 'x86_64', '1.5.3');
  assert.ok(julia.includes('sahf') && kernel.includes('lahf_lm') && kernel.includes('avx2'));
  assert.deepEqual(unshown, []);
  refuseDifference(recorded, ORDER);
});

const lacking = (names: string[]) => parseDispatchTargets(recordFor(V3, 'x86_64', '1.5.3', names));
const FAULTS: readonly [string, ReturnType<typeof lacking>, RegExp][] = [
  ['weakened by the build host', lacking(['avx2', 'fma']), /compiled without avx2, fma.*host's CPU lacks/],
  [
    'that demands more',
    parseDispatchTargets(recordFor('skylake', 'x86_64', '1.5.3')),
    /demands more.*clflushopt/,
  ],
  [
    'of a CPU that Julia does not know',
    parseDispatchTargets(
      recordTargets([{ cpu: 'x86-64-v3', flags: 1 << 5, words: wordsOf([], 'x86_64', '1.5.3') }]),
    ),
    /does not know the CPU .* every node would take/,
  ],
  ['of several targets', [...lacking([]), ...lacking([])], /asked for 1 CPU targets, and the image holds 2/],
  ['without targets', [], /holds 0/],
];
for (const [what, recorded, message] of FAULTS) {
  test(`an image ${what} is refused`, () => {
    assert.throws(
      () => {
        refuseDifference(recorded, ORDER);
      },
      { code: 'build-failed', message },
    );
  });
}

test('an image that lost all but the first of its targets is refused', () => {
  assert.throws(
    () => {
      refuseDifference(lacking([]), { ...ORDER, cpuTarget: `${V3};skylake-avx512,clone_all` });
    },
    { code: 'build-failed', message: /asked for 2 CPU targets, and the image holds 1: haswell/ },
  );
});

test('bits that no table names are reported by their place, and other widths than that Julia writes are refused', () => {
  const words = wordsOf(['sse3'], 'x86_64', '1.10.8');
  words[1] = 4;
  const { julia, unshown } = decodeFeatures({ enabled: words }, 'x86_64', '1.10.8');
  assert.deepEqual(julia, ['sse3', 'word 1 bit 2']);
  assert.deepEqual(unshown, ['word 1 bit 2']);
  for (const [arch, version] of [
    ['x86_64', '1.12.0'],
    ['aarch64', '1.10.8'],
    ['x86_64', '1.14.0'],
  ] as const) {
    assert.throws(() => decodeFeatures({ enabled: words }, arch, version), { code: 'bad-format' });
  }
});

test('the same bit has another meaning from Julia 1.12 on', () => {
  const bit = (width: number) => Array.from({ length: width }, (_, index) => (index === 10 ? 16 : 0));
  assert.deepEqual(decodeFeatures({ enabled: bit(11) }, 'x86_64', '1.11.5').julia, ['ptwrite']);
  assert.deepEqual(decodeFeatures({ enabled: bit(12) }, 'x86_64', '1.12.0').julia, ['avxvnniint8']);
});

test("aarch64's words are the kernel's own, and one feature of Julia's may need several of them", () => {
  const words = wordsOf(['fullfp16', 'sha2', 'i8mm', 'v8_2a'], 'aarch64', '1.10.8');
  const { kernel, unshown } = decodeFeatures({ enabled: words }, 'aarch64', '1.10.8');
  assert.deepEqual(kernel, ['asimdhp', 'fphp', 'i8mm', 'sha1', 'sha2']);
  assert.deepEqual(unshown, ['v8_2a']);
});

test('truncated records are refused, and so are those that claim to be endless', () => {
  for (let length = 0; length < RECORDED_V3.length; length += 1) {
    assert.throws(() => parseDispatchTargets(RECORDED_V3.subarray(0, length)), RangeError);
  }
  for (const at of [0, 8]) {
    const endless = Buffer.from(RECORDED_V3);
    endless.writeUInt32LE(0xffffffff, at);
    assert.throws(() => parseDispatchTargets(endless), RangeError);
  }
});

const IMAGES: readonly [string, Omit<SmallImage, 'targets'>][] = [
  ['Julia up to 1.9', {}],
  ['Julia 1.10 and later', { pointers: 'relative' }],
  ['Julia 1.10 for aarch64', { pointers: 'relative', machine: 'aarch64' }],
  ['a linker that relocates by symbol', { pointers: 'symbol' }],
  ['a linker that does so for aarch64', { pointers: 'symbol', machine: 'aarch64' }],
  ['a linker that leaves addresses in place', { pointers: 'in place' }],
];
for (const [what, image] of IMAGES) {
  test(`targets are read from an image of ${what}, alone or in a tar`, async () => {
    await withTemporary(async (folder) => {
      const bytes = smallImage({ ...image, targets: RECORDED_V3 });
      const [alone, tar] = [join(folder, 'sys.so'), join(folder, 'layer.tar')];
      await writeFile(alone, bytes);
      await writeFile(tar, Buffer.concat([Buffer.alloc(1536), bytes, Buffer.alloc(1024)]));
      assert.deepEqual(await readTargets(alone), parseDispatchTargets(RECORDED_V3));
      assert.deepEqual(await readTargets(tar, 1536), parseDispatchTargets(RECORDED_V3));
    });
  });
}

test('a file that is no image has no targets, however it is damaged', async () => {
  await withTemporary(async (folder) => {
    const file = join(folder, 'sys.so');
    const whole = smallImage({ pointers: 'relative', targets: RECORDED_V3 });
    const damaged = [Buffer.alloc(0), Buffer.from('!<arch>\n'), smallImage({ targets: Buffer.alloc(0) })];
    for (let length = 0; length < whole.length; length += 97) damaged.push(whole.subarray(0, length));
    for (const bytes of damaged) {
      await writeFile(file, bytes);
      assert.equal(await readTargets(file), undefined);
    }
  });
});
