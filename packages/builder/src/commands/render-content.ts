import type { ContentBytes } from '../bundle/measure-content.js';
import { renderBytes, renderTable } from './render.js';

/** Rows that people are shown of a long list; programs get all of it. */
export const SHOWN_ROWS = 10;

/** The largest parts of a bundle, a row each: all of it, what is copied, what is compiled for each target. */
export function renderContent(content: readonly ContentBytes[]): string {
  const [first] = content;
  if (first === undefined) return '';
  const rest = content.slice(SHOWN_ROWS);
  const head = ['  in all', 'copied', ...first.compiled.map(({ target }) => `for ${target}`), ''];
  const rows = content.slice(0, SHOWN_ROWS).map(({ name, bytes, copied, compiled }) => {
    const sizes = [bytes, copied, ...compiled.map((each) => each.bytes)].map(renderBytes);
    return [`  ${sizes[0] ?? ''}`, ...sizes.slice(1), name];
  });
  const bytes = rest.reduce((sum, each) => sum + each.bytes, 0);
  const more = rest.length === 0 ? '' : `  ${renderBytes(bytes)} in ${rest.length} more; --json lists them\n`;
  return `\nlargest parts\n${renderTable([head, ...rows])}${more}`;
}
