import type { Size } from './to-screen.ts'

/** A terminal of its own for a view, which is given back as it was. */
export interface Terminal {
  size(): Size
  draw(lines: readonly string[]): void
  /** Told each key as its text. */
  onKey(listener: (key: string) => void): void
  onResize(listener: () => void): void
  close(): void
}

const ENTER = '\u001b[?1049h\u001b[?25l'
const ENDINGS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const LEAVE = '\u001b[?25h\u001b[?1049l'

export function openTerminal(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Terminal {
  output.write(ENTER)
  input.setRawMode(true)
  input.setEncoding('utf8')
  input.resume()
  // Whatever ends the process, the terminal is usable after it.
  const leave = () => void output.write(LEAVE)
  process.once('exit', leave)
  const end = () => process.exit(1)
  for (const signal of ENDINGS) process.once(signal, end)
  return {
    size: () => ({ columns: output.columns, rows: output.rows }),
    draw: (lines) => void output.write(`\u001b[H${lines.map((line) => `${line}\u001b[K`).join('\r\n')}\u001b[J`),
    onKey: (listener) => void input.on('data', (text) => listener(String(text))),
    onResize: (listener) => void output.on('resize', listener),
    close() {
      process.off('exit', leave)
      for (const signal of ENDINGS) process.off(signal, end)
      input.removeAllListeners('data')
      output.removeAllListeners('resize')
      input.setRawMode(false)
      input.pause()
      leave()
    },
  }
}
