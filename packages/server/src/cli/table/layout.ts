export interface Column {
  readonly title: string
  /** Numbers stand under each other by their ends. */
  readonly align: 'left' | 'right'
}

/** Lines of a table: a head, then rows, in columns as wide as their widest cell. */
export function layOut(columns: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = columns.map(({ title }, at) => Math.max(lengthOf(title), ...rows.map((row) => lengthOf(row[at] ?? ''))))
  const toLine = (cells: readonly string[]) =>
    columns
      .map(({ align }, at) => {
        const cell = cells[at] ?? ''
        const blanks = ' '.repeat(Math.max(0, (widths[at] ?? 0) - lengthOf(cell)))
        return align === 'left' ? cell + blanks : blanks + cell
      })
      .join('  ')
      .trimEnd()
  return [columns.map(({ title }) => title), ...rows].map(toLine)
}

/** In characters as a terminal shows them, East Asian ones twice as wide. */
function lengthOf(text: string): number {
  let length = 0
  for (const character of text) length += WIDE.test(character) ? 2 : MARK.test(character) ? 0 : 1
  return length
}

const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u
const MARK = /\p{Mn}/u
