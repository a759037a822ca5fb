import process from 'node:process'

/** Writes log lines to stderr. A log that cannot be written, as on a full disk, is lost; it must not end the server. */
export function createStderrWriter(): (line: string) => void {
  // Without a listener, the stream's error would be an uncaught one.
  process.stderr.on('error', ignore)
  return (line) => process.stderr.write(line)
}

function ignore(): void {}
