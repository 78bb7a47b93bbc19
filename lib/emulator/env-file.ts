import {
  closeSync,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';

/** The first line of every file that the emulator writes. */
const MARK = '# Written by authlete-emulator, which overwrites it when it starts again.\n';

/** Read and written by the owner alone. */
const MODE = 0o600;

/**
 * Writes a file that only its owner can read. It overwrites no file but its own.
 *
 * @throws Error that names the file and why it cannot be written
 */
export function writeEnvFile(file: string, content: string): void {
  let descriptor: number | undefined;
  try {
    descriptor = open(file);
    ftruncateSync(descriptor);
    writeSync(descriptor, MARK + content, 0);
  } catch (error) {
    throw new Error(`--write-env ${JSON.stringify(file)}: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Opens a new file, or one that the emulator wrote. */
function open(file: string): number {
  try {
    return openSync(file, 'wx', MODE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const descriptor = openSync(file, 'r+');
  try {
    const head = Buffer.alloc(MARK.length);
    // A named pipe would block.
    if (fstatSync(descriptor).isFile()) readSync(descriptor, head, 0, MARK.length, 0);
    if (head.toString() !== MARK) {
      throw new Error(
        'it exists and was not written by authlete-emulator; name another file, or delete this one',
      );
    }
    fchmodSync(descriptor, MODE);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}
