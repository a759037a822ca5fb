/** Has the browser save a text as a file. */
export function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

/** Has the browser save CSV under the name of what it holds. */
export function saveCsv(name: string, text: string): void {
  saveFile(`${name.toLowerCase().replaceAll(/[^a-z\d]+/g, '-')}.csv`, 'text/csv', text)
}
