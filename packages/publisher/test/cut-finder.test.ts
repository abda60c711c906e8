import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { cutPieces } from '../src/objects/cut-pieces.js';
import { CutFinder, type PieceBounds } from '../src/objects/cut-finder.js';
import { GEAR } from '../src/objects/gear.js';
import { noise } from './noise.js';

/** Small enough for many pieces of a small content. */
const SMALL: PieceBounds = { minimum: 64, maximum: 1024, zeroBits: 7 };

async function pieceLengths(parts: readonly Uint8Array[], bounds?: PieceBounds): Promise<number[]> {
  const lengths: number[] = [];
  for await (const piece of cutPieces(fromParts(parts), bounds)) lengths.push(piece.length);
  return lengths;
}

async function* fromParts(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(part);
}

describe('golden values, which every repository depends on', () => {
  test('the gear table', () => {
    const bytes = Buffer.alloc(1024);
    GEAR.forEach((word, index) => bytes.writeUInt32BE(word, index * 4));
    assert.equal(
      createHash('sha256').update(bytes).digest('hex'),
      '1614525d91d3dc32faade006085fb918742d2dd12948f267a783b3825b21e451',
    );
    assert.deepEqual([...GEAR.slice(0, 4)], [3309261915, 673870160, 3212558197, 4069570847]);
  });

  test('the cuts of 48 MiB of noise', async () => {
    assert.deepEqual(
      await pieceLengths([noise('cuts', 48 * 1024 * 1024)]),
      [4980027, 15761559, 6501064, 6317987, 5383239, 5695169, 5692603],
    );
  });
});

describe('pieces', () => {
  test('keep within their bounds, the last one but for the minimum', async () => {
    const lengths = await pieceLengths([noise('bounds', 200_000)], SMALL);
    assert.ok(lengths.every((length) => length <= SMALL.maximum));
    assert.ok(lengths.slice(0, -1).every((length) => length >= SMALL.minimum));
  });

  test('are as long as they may be where nothing suggests a cut', async () => {
    assert.deepEqual(await pieceLengths([Buffer.alloc(2500)], SMALL), [1024, 1024, 452]);
  });

  test('of nothing are none', async () => {
    assert.deepEqual(await pieceLengths([]), []);
  });

  test('after an insertion are the same again soon', async () => {
    const content = noise('insertion', 100_000);
    const inserted = Buffer.concat([content.subarray(0, 500), Buffer.from('new'), content.subarray(500)]);
    const before = await piecesOf(content);
    const after = new Set(await piecesOf(inserted));
    const lost = before.filter((piece) => !after.has(piece));
    assert.ok(lost.length <= 8, `${lost.length} of ${before.length} pieces lost`);
  });

  test('do not depend on how the stream arrives', async () => {
    const content = noise('arrival', 20_000);
    const whole = await pieceLengths([content], SMALL);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20_000 })), async (cuts) => {
        const bounds = [0, ...cuts.sort((a, b) => a - b), 20_000];
        const parts = bounds.slice(1).map((end, index) => content.subarray(bounds[index], end));
        assert.deepEqual(await pieceLengths(parts, SMALL), whole);
      }),
    );
  });
});

test('the finder agrees with the rule as it is written down', () => {
  const content = noise('rule', 50_000);
  const finder = new CutFinder(SMALL);
  let start = 0;
  for (let rest = content; rest.length > 0; rest = content.subarray(start)) {
    const cut = finder.find(rest);
    if (cut === undefined) break;
    assert.equal(cut, cutByTheRule(rest));
    start += cut;
  }
  assert.ok(start > 45_000);
});

function cutByTheRule(bytes: Buffer): number {
  for (let length = SMALL.minimum; length < SMALL.maximum; length++) {
    let hash = 0;
    for (const byte of bytes.subarray(length - 32, length)) hash = (hash * 2 + (GEAR[byte] ?? 0)) % 2 ** 32;
    if (hash < 2 ** (32 - SMALL.zeroBits)) return length;
  }
  return SMALL.maximum;
}

async function piecesOf(content: Buffer): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of cutPieces(fromParts([content]), SMALL)) {
    pieces.push(createHash('sha256').update(piece).digest('hex'));
  }
  return pieces;
}
