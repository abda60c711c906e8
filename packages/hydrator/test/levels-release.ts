import assert from 'node:assert/strict';
import { parseRelease, TARGETS } from '../src/format/index.js';
import { golden } from './golden.js';

const template = parseRelease(golden('release.json'), 'release.json');
const [prototype] = template.images;
assert.ok(prototype);

/** The x86-64 levels, weakest first. */
export const levels = TARGETS.filter(({ arch }) => arch === 'x86_64');

/** A release with an image for each of them. */
export const release = {
  ...template,
  images: levels.map(({ name, requires }) => ({ ...prototype, target: name, requires: [...requires] })),
};
