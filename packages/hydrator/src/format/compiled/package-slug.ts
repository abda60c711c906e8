import type { Crc32c } from './crc32c.js';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 5;

/**
 * What the names of a package's caches begin with, before the underscore: Julia looks at no others.
 * @see https://github.com/JuliaLang/julia/blob/v1.12.5/base/loading.jl package_slug
 */
export function packageSlug(uuid: string, crc: Crc32c): string {
  const littleEndian = Buffer.from(uuid.replaceAll('-', ''), 'hex').reverse();
  let rest = crc.reset().update(littleEndian).value();
  let slug = '';
  while (slug.length < LENGTH) {
    slug += DIGITS.charAt(rest % DIGITS.length);
    rest = Math.floor(rest / DIGITS.length);
  }
  return slug;
}
