/** Cuts text to a length in UTF-16 code units, never inside a surrogate pair, and replaces lone surrogates. */
export function boundText(text: string, length: number): string {
  if (text.length <= length) return text.isWellFormed() ? text : text.toWellFormed()
  const last = text.charCodeAt(length - 1)
  const splitsPair = last >= 0xd800 && last <= 0xdbff
  return text.slice(0, splitsPair ? length - 1 : length).toWellFormed()
}
