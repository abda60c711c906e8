import { DepotError } from '../format/index.js';

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};
const SIZE = /^(\d+(?:\.\d+)?) ?(kB|MB|GB|TB|KiB|MiB|GiB|TiB)?$/;

/** `50 GB` in bytes; undefined for what is no size. */
export function sizeOf(text: string): number | undefined {
  const [, number, unit = ''] = (text.length <= 20 && SIZE.exec(text)) || [];
  return number === undefined ? undefined : Math.floor(Number(number) * (UNITS[unit] ?? 1));
}

/** @throws DepotError `usage`; `where` names the place in the message */
export function parseSize(text: string, where: string): number {
  const size = sizeOf(text);
  if (size !== undefined) return size;
  throw new DepotError('usage', `${where}: expected a size such as 50 GB or 800 MiB, got '${text}'`);
}

/** `1536` as `1.5 KiB`. */
export function renderBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${units[power] ?? ''}`;
}
