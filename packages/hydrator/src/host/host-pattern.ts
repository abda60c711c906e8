/**
 * The host patterns that both selectors read alike: letters, digits, dots, dashes and underscores, `*`, `?`, and sets of
 * letters and digits as `[0-9a]` and `[!ab]`.
 */
const PATTERN = /^(?:[A-Za-z0-9._*?-]|\[!?(?:[A-Za-z0-9](?:-[A-Za-z0-9])?)+\])+$/;

export function isHostPattern(text: string): boolean {
  return PATTERN.test(text) && setsOf(text).every(isAscending);
}

/** Whether a shell pattern matches a host's name, or the first label of a name with dots. */
export function matchesHost(pattern: string, name: string): boolean {
  const expression = pattern
    .replaceAll('.', '[.]')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
    .replaceAll('[!', '[^');
  const whole = new RegExp(`^${expression}$`);
  return whole.test(name) || whole.test(name.replace(/\..*/, ''));
}

function setsOf(pattern: string): string[] {
  return pattern.match(/\[[^\]]*\]/g) ?? [];
}

/** Shells take a range that goes down for an empty one, awk for an error: it is a slip in any case. */
function isAscending(set: string): boolean {
  return (set.match(/.-./g) ?? []).every((range) => range.charCodeAt(0) <= range.charCodeAt(2));
}
