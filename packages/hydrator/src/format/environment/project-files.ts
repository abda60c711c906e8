/** What is asked of the file system that a project stands in. */
export interface ProjectFiles {
  /** Text of a file; undefined where there is no such file. */
  readonly read: (file: string) => Promise<string | undefined>;
  /** Absolute path of a folder without symbolic links; undefined where there is no such folder. */
  readonly realFolder: (folder: string) => Promise<string | undefined>;
  /** Absolute path of what is named from a folder. */
  readonly resolve: (folder: string, path: string) => string;
  /** The user's home folder: for a project in it, Julia looks for workspaces nowhere else. */
  readonly home: string;
}

export interface FoundFile {
  readonly file: string;
  readonly text: string;
}

/** The first of some files that a folder has. */
export async function findFirst(
  folder: string,
  names: readonly string[],
  files: ProjectFiles,
): Promise<FoundFile | undefined> {
  for (const name of names) {
    const file = files.resolve(folder, name);
    const text = await files.read(file);
    if (text !== undefined) return { file, text };
  }
  return undefined;
}
