/** A text as a literal, for statements that take no parameters. Only for texts of ours and the operator's. */
export function quoteText(text: string): string {
  return `'${text.replaceAll(`'`, `''`)}'`
}
