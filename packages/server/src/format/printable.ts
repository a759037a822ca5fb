/** What a request held, safe to print: a path or a user agent must not steer a terminal, nor break a line. */
export function printable(text: string, maxLength = Infinity): string {
  const safe = text.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '·')
  const characters = [...safe]
  return characters.length > maxLength ? `${characters.slice(0, maxLength - 1).join('')}…` : safe
}
