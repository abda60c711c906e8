/**
 * Joins an option with the word after it: `--name=word`. Without that, yargs takes a value that begins with a dash for an
 * option of ours.
 */
export function joinValues(args: readonly string[], option: `--${string}`): string[] {
  return args.flatMap((arg, index) => {
    if (args[index - 1] === option) return [];
    return arg === option && index + 1 < args.length ? `${arg}=${args[index + 1] ?? ''}` : arg;
  });
}
