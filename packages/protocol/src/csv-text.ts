/**
 * A text as a cell of CSV, as RFC 4180 has it. One that a spreadsheet would take for a formula begins with an apostrophe, so that
 * a file of what others sent runs nothing.
 */
export function toCsvText(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** What starts a formula in one spreadsheet or another, behind blanks too. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/
